package io.dynamo.core.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What clients saw of one run, and what was found in the end. Everything names writes by their numbers. */
final class History {

    final List<Write> writes = new ArrayList<>();
    final List<Seen> reads = new ArrayList<>();
    final Map<String, Final> finals = new TreeMap<>();
    /** Writes that two runs of nodes have minted, one not knowing of the other: the documented remainder of T31. */
    final TreeSet<Integer> mintedTwice = new TreeSet<>();
    /** Whether what was acknowledged must be seen by every read that begins later: R+W > N, and no stand-ins. */
    boolean readsAreFresh;
    /** What is wrong beyond what the checker can see. */
    final List<String> violations = new ArrayList<>();

    enum Outcome {
        OPEN,
        OK,
        NOT_APPLIED,
        UNKNOWN
    }

    /** A put or a delete. */
    static final class Write {
        final int number;
        final String key;
        final boolean isDelete;
        /** The values whose context was used: what the client had seen. */
        final TreeSet<Integer> seen;

        final StringBuilder story = new StringBuilder();
        Outcome outcome = Outcome.OPEN;
        long beganMillis;
        /** When it was acknowledged, if it was. */
        long okNanos = Long.MAX_VALUE;

        Write(int number, String key, boolean isDelete, TreeSet<Integer> seen) {
            this.number = number;
            this.key = key;
            this.isDelete = isDelete;
            this.seen = new TreeSet<>(seen);
        }

        String value() {
            return key + "#" + number;
        }
    }

    /**
     * What one read returned.
     *
     * @param key what was read
     * @param values the siblings
     * @param deletes deletes that its context covers
     * @param beganNanos when it was asked for
     * @param by which client
     */
    record Seen(String key, List<Integer> values, TreeSet<Integer> deletes, long beganNanos, String by) {
        long atMillis() {
            return beganNanos / 1_000_000;
        }
    }

    /**
     * What is left of a key.
     *
     * @param values the siblings
     * @param deletes deletes that are part of the causal context
     */
    record Final(List<Integer> values, TreeSet<Integer> deletes) {}

    Write begin(String key, boolean isDelete, TreeSet<Integer> seen) {
        Write write = new Write(writes.size(), key, isDelete, seen);
        writes.add(write);
        return write;
    }

    /** The life of a key as text. */
    String timeline(String key) {
        Map<Long, List<String>> lines = new TreeMap<>();
        for (Write write : writes) {
            if (write.key.equals(key)) {
                String what = (write.isDelete ? "delete " : "put    ") + "#" + write.number + " having seen "
                        + write.seen + ": " + write.outcome + write.story;
                lines.computeIfAbsent(write.beganMillis, ignored -> new ArrayList<>())
                        .add(what);
            }
        }
        for (Seen read : reads) {
            if (read.key.equals(key)) {
                lines.computeIfAbsent(read.atMillis(), ignored -> new ArrayList<>())
                        .add("read   " + read.values + " by " + read.by);
            }
        }
        StringBuilder text = new StringBuilder("timeline of " + key + ":\n");
        lines.forEach((millis, all) -> all.forEach(line ->
                text.append(String.format("%8d ms  ", millis)).append(line).append('\n')));
        Final end = finals.get(key);
        if (end != null) {
            text.append("     end     values ")
                    .append(end.values())
                    .append(", deletes ")
                    .append(end.deletes())
                    .append('\n');
        }
        return text.toString();
    }
}
