package io.dynamo.core;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Time that passes only when a test lets it: events run one by one, in the order of time and then of their making. */
final class TestTime {

    private record Event(long atNanos, long sequence, Runnable task) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::sequence));
    private long nowNanos = 1;
    private long sequence;
    private boolean isRunning;

    long nowNanos() {
        return nowNanos;
    }

    boolean isRunning() {
        return isRunning;
    }

    void after(long delayNanos, Runnable task) {
        events.add(new Event(nowNanos + Math.max(0, delayNanos), sequence++, task));
    }

    /** Lets time pass. */
    void run(Duration duration) {
        long until = nowNanos + duration.toNanos();
        while (!events.isEmpty() && events.peek().atNanos() <= until) {
            step();
        }
        nowNanos = until;
    }

    /** Lets time pass until something is true; an error if it does not become true. */
    void runUntil(BooleanSupplier done, Duration limit) {
        if (!isDoneWithin(limit, done)) {
            throw new AssertionError("not true within " + limit);
        }
    }

    /** Lets time pass until something is true, or the time is over. */
    boolean isDoneWithin(Duration limit, BooleanSupplier done) {
        long until = nowNanos + limit.toNanos();
        while (!done.getAsBoolean()) {
            if (events.isEmpty() || events.peek().atNanos() > until) {
                nowNanos = until;
                return false;
            }
            step();
        }
        return true;
    }

    private void step() {
        Event event = events.remove();
        nowNanos = Math.max(nowNanos, event.atNanos());
        isRunning = true;
        try {
            event.task().run();
        } finally {
            isRunning = false;
        }
    }
}
