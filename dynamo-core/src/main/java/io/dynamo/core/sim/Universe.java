package io.dynamo.core.sim;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: one queue of events for everything that happens, ordered by time and then by the order of asking.
 *
 * <p>Thread: one.
 */
final class Universe {

    private final long seed;
    private final PriorityQueue<Event> queue = new PriorityQueue<>(1024);
    private long nowNanos;
    private long sequence;
    private long happened;

    Universe(long seed) {
        this.seed = seed;
    }

    long nowNanos() {
        return nowNanos;
    }

    /** How many events have happened. */
    long happened() {
        return happened;
    }

    /** A stream of random numbers of its own for each label. */
    Chance chance(String label) {
        return new Chance(seed, label);
    }

    /**
     * Adds an event.
     *
     * @param owner whose death drops the event and whose pause delays it; null if it happens whatever becomes of anyone
     */
    Event at(long nanos, @Nullable VirtualRuntime owner, Runnable task) {
        Event event = new Event(Math.max(nanos, nowNanos), sequence++, owner, task);
        queue.add(event);
        return event;
    }

    /** Lets everything happen up to an instant; time then stands there. */
    void runTo(long nanos) {
        runTo(nanos, () -> false);
    }

    /** Lets events happen until something holds; returns whether it does. */
    boolean runTo(long nanos, BooleanSupplier enough) {
        while (!enough.getAsBoolean()) {
            Event next = queue.peek();
            if (next == null || next.nanos > nanos) {
                nowNanos = Math.max(nowNanos, nanos);
                return enough.getAsBoolean();
            }
            queue.remove();
            nowNanos = next.nanos;
            next.happen();
        }
        return true;
    }

    /** Something that will happen. */
    final class Event implements Comparable<Event> {
        private long nanos;
        private long number;
        private final @Nullable VirtualRuntime owner;
        private @Nullable Runnable task;

        private Event(long nanos, long number, @Nullable VirtualRuntime owner, Runnable task) {
            this.nanos = nanos;
            this.number = number;
            this.owner = owner;
            this.task = task;
        }

        void cancel() {
            task = null;
        }

        private void happen() {
            Runnable what = task;
            if (what == null || owner != null && !owner.isAlive()) {
                return;
            }
            if (owner != null && owner.pausedUntilNanos() > nowNanos) {
                postpone(owner.pausedUntilNanos());
                return;
            }
            task = null;
            happened++;
            what.run();
        }

        /** Behind everything that was asked for so far, so that what waits keeps its order. */
        private void postpone(long untilNanos) {
            nanos = untilNanos;
            number = sequence++;
            queue.add(this);
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
