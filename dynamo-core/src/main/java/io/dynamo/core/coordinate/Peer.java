package io.dynamo.core.coordinate;

import io.dynamo.core.wire.Message;

/** A member as this node sees it, itself included. Thread: any. */
public interface Peer {

    /**
     * Its node id.
     *
     * @return as configured
     */
    String id();

    /**
     * Whether it is this node.
     *
     * @return true for one member
     */
    boolean isSelf();

    /**
     * Whether this node believes that it can be asked. A local view: others may believe otherwise (Dynamo §4.8.3).
     *
     * @return false while it is held down
     */
    boolean isUp();

    /**
     * Whether there is a working link to it.
     *
     * @return true for self
     */
    boolean isLinked();

    /**
     * Sends it a message.
     *
     * @param message the message
     * @return false if it is certain that the message will not arrive
     */
    boolean send(Message message);

    /**
     * How long it takes to answer, as lately seen; the wait after which an answer is overdue.
     *
     * @return nanoseconds; 0 if it was never asked
     */
    long overdueNanos();

    /**
     * It answered.
     *
     * @param elapsedNanos how long that took
     */
    void answered(long elapsedNanos);

    /**
     * Why it cannot be reached.
     *
     * @return in words; empty if it can
     */
    String problem();
}
