package io.dynamo.api;

import java.time.Duration;
import java.util.List;

/**
 * What one request did, step by step: coordinator, preference list, each replica's answer and time, versions merged,
 * repairs sent.
 *
 * @param events in the order they happened
 */
public record Trace(List<Event> events) {

    /** The trace of a request that was not asked to record one. */
    public static final Trace EMPTY = new Trace(List.of());

    /**
     * Copies the lists.
     *
     * @param events see the record
     */
    public Trace {
        events = List.copyOf(events);
    }

    /**
     * One step.
     *
     * @param at time since the request began
     * @param what the step in words, for example {@code sent to b}
     */
    public record Event(Duration at, String what) {}
}
