package io.dynamo.core.replica;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many objects of a node are acknowledged before its engine has them (Dynamo §6.1). The objects themselves are what lanes
 * have staged; this only bounds their number.
 *
 * <p>Thread: any.
 */
public final class WriteBuffer {

    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final LongAdder lost = new LongAdder();

    /** Nothing waits. */
    public WriteBuffer() {}

    /** Takes one more, if fewer than so many wait. */
    boolean take(int max) {
        int before;
        do {
            before = waiting.get();
            if (before >= max) {
                return false;
            }
        } while (!waiting.compareAndSet(before, before + 1));
        most.accumulateAndGet(before + 1, Math::max);
        return true;
    }

    /** The engine has them, or will not have them. */
    void end(int objects, boolean hasFailed) {
        waiting.addAndGet(-objects);
        if (hasFailed) {
            lost.add(objects);
        }
    }

    /**
     * What waits.
     *
     * @return a snapshot; not atomic over its fields
     */
    public Figures figures() {
        return new Figures(waiting.get(), most.get(), lost.sum());
    }

    /**
     * Figures since the node started.
     *
     * @param waiting objects that were acknowledged and are not in the engine
     * @param most the largest number there has been
     * @param lost objects that were acknowledged and whose commit failed
     */
    public record Figures(int waiting, int most, long lost) {}
}
