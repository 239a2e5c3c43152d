package io.dynamo.core.check;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** A put or a delete as its client saw it, with all its tries. */
public final class WriteEvent {

    /** What a client knows of a write. */
    public enum Outcome {
        /** Not answered yet. */
        OPEN,
        /** Acknowledged. */
        OK,
        /** Refused; must never be seen. */
        NOT_APPLIED,
        /** May be seen now, later or never. */
        UNKNOWN
    }

    final int number;
    final String key;
    final boolean isDelete;
    final String client;
    final long beganNanos;
    /** The writes that the client had seen: those whose values its context stands for. */
    final TreeSet<Integer> seen;

    final List<String> tries = new ArrayList<>(1);
    private Outcome outcome = Outcome.OPEN;
    private long okNanos = Long.MAX_VALUE;
    private List<String> holders = List.of();

    WriteEvent(int number, String key, boolean isDelete, String client, long beganNanos, SortedSet<Integer> seen) {
        this.number = number;
        this.key = key;
        this.isDelete = isDelete;
        this.client = client;
        this.beganNanos = beganNanos;
        this.seen = new TreeSet<>(seen);
    }

    /**
     * One try of the write was answered. Once its outcome was unknown, only success makes it known.
     *
     * @param answer what the client was told
     * @param nowNanos when
     * @param story who said it, and why, for the timeline
     */
    public void answered(Outcome answer, long nowNanos, String story) {
        tries.add("at " + nowNanos / 1_000_000 + " ms " + story);
        if (outcome != Outcome.UNKNOWN || answer == Outcome.OK) {
            outcome = answer;
        }
        if (answer == Outcome.OK) {
            okNanos = Math.min(okNanos, nowNanos);
        }
    }

    /**
     * Its client was told who keeps it.
     *
     * @param nodes those that had acknowledged it for themselves, and not for another node
     */
    public void heldBy(List<String> nodes) {
        holders = List.copyOf(nodes);
    }

    List<String> holders() {
        return holders;
    }

    /**
     * What is known of the write so far.
     *
     * @return the outcome of all tries
     */
    public Outcome outcome() {
        return outcome;
    }

    /**
     * When it was first acknowledged.
     *
     * @return nanoseconds; {@link Long#MAX_VALUE} if it was not
     */
    public long okNanos() {
        return okNanos;
    }

    /**
     * Its number in the history, which its value must tell.
     *
     * @return from 0
     */
    public int number() {
        return number;
    }

    /**
     * What it wrote.
     *
     * @return the key
     */
    public String key() {
        return key;
    }

    /**
     * Whether it deleted the key.
     *
     * @return false for a put
     */
    public boolean isDelete() {
        return isDelete;
    }
}
