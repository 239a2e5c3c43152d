package io.dynamo.core.coordinate;

import io.dynamo.core.wire.Hello;
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
     * Whether it is asked if it is among the first N of a list; else others stand in for it, and it is asked after them
     * (Dynamo §4.6).
     *
     * @return true for self
     */
    default boolean isUp() {
        return isSelf() || isLinked() && !isHeldDown();
    }

    /**
     * Whether this node believes that it does not answer. A local view: others may believe otherwise (Dynamo §4.8.3).
     *
     * @return true while it is to be asked last
     */
    boolean isHeldDown();

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
     * It is asked something that it can answer without any other node.
     *
     * @param nowNanos when
     */
    void asked(long nowNanos);

    /** Something was heard from it, be it late or a refusal. */
    void replied();

    /** It owes an answer, which may be another node's fault: it is to be asked whether it is there. */
    void suspected();

    /**
     * How gladly it is asked: this node first, then who answers fastest, then who is held down, and last who cannot be
     * reached.
     *
     * @return the less, the sooner
     */
    default long cost() {
        if (isSelf()) {
            return -1;
        }
        return !isLinked() ? Long.MAX_VALUE : isHeldDown() ? Long.MAX_VALUE - 1 : overdueNanos();
    }

    /**
     * Which copy of its data it has: another one after it came back on another data directory. What an earlier copy has
     * acknowledged, this one may lack.
     *
     * @return counted by this node
     */
    default int copy() {
        return 0;
    }

    /**
     * How its requests and its work in the background get along, as it has last said.
     *
     * @return nothing without a link
     */
    default Hello.Background background() {
        return Hello.Background.NONE;
    }

    /**
     * Why it cannot be reached.
     *
     * @return in words; empty if it can
     */
    String problem();
}
