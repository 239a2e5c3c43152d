package io.dynamo.core;

import java.util.concurrent.TimeUnit;

/** How long a thread waits for what should end by itself. */
final class Patience {

    // A request counts its time from when its lane takes it up, and fails by a timer: a queue, or a process that stood
    // still, makes it later than its caller reckons.
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private Patience() {}

    /**
     * The time after which something was lost.
     *
     * @param timeoutNanos after which it should have failed by itself
     */
    static long beyond(long timeoutNanos) {
        return timeoutNanos + Math.min(GRACE_NANOS, Long.MAX_VALUE - timeoutNanos);
    }
}
