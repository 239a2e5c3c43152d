package io.dynamo.core.coordinate;

import io.dynamo.spi.NodeRuntime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Lets work in the background go on, a slice at a time. Thread: any. */
@FunctionalInterface
public interface Slices {

    /**
     * Asks for a slice.
     *
     * @param bytes about what it will send
     * @return false if it has to wait; it asks again later
     */
    boolean take(long bytes);

    /**
     * So many bytes a second, and no more at once than that. A slice that is larger is given too, and paid for by those that
     * come after it.
     *
     * @param runtime time
     * @param bytesPerSecond the rate
     * @return shared by all who work in the background
     */
    static Slices perSecond(NodeRuntime runtime, long bytesPerSecond) {
        long second = TimeUnit.SECONDS.toNanos(1);
        // When all that was taken is paid for; it may lie in the future by what was taken beyond the rate.
        AtomicLong paidNanos = new AtomicLong(runtime.nanoTime() - second);
        return bytes -> {
            long now = runtime.nanoTime();
            long cost = (long) ((double) bytes / bytesPerSecond * second);
            long paid = paidNanos.get();
            while (paid - now < 0) {
                long from = Math.max(paid, now - second);
                if (paidNanos.compareAndSet(paid, from + cost)) {
                    return true;
                }
                paid = paidNanos.get();
            }
            return false;
        };
    }
}
