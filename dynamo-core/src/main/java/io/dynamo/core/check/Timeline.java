package io.dynamo.core.check;

import java.util.ArrayList;
import java.util.List;

/** The life of a key as text, in the order in which it happened. */
public final class Timeline {

    private static final int WIDTH = 7;

    private Timeline() {}

    /**
     * Tells what happened to a key, and to the cluster meanwhile.
     *
     * @param history what was seen
     * @param key the key
     * @return lines, each with its time
     */
    public static String of(History history, String key) {
        List<String> lines = new ArrayList<>(history.happenings());
        for (WriteEvent write : history.writes) {
            if (write.key.equals(key)) {
                lines.add(line(write.beganNanos, told(write)));
            }
        }
        for (ReadEvent read : history.reads) {
            if (read.key().equals(key)) {
                lines.add(line(read.beganNanos(), read.client() + " read " + found(read)));
            }
        }
        // Every line begins with its time, padded, so their order as text is their order in time.
        lines.sort(null);
        ReadEvent end = history.finals.get(key);
        if (end != null) {
            lines.add("in the end: " + found(end));
        }
        return "timeline of " + key + "\n  " + String.join("\n  ", lines) + "\n";
    }

    static String line(long nanos, String what) {
        String millis = Long.toString(nanos / 1_000_000);
        return " ".repeat(Math.max(0, WIDTH - millis.length())) + millis + " ms  " + what;
    }

    private static String told(WriteEvent write) {
        String what = write.isDelete ? "deletes" : "puts";
        String seen = write.seen.isEmpty() ? "having seen nothing" : "having seen " + write.seen;
        return write.client + " " + what + " #" + write.number + ", " + seen + ": " + write.outcome()
                + (write.tries.isEmpty() ? "" : " (" + String.join("; ", write.tries) + ")");
    }

    private static String found(ReadEvent read) {
        return read.values() + (read.deletes().isEmpty() ? "" : ", deletes " + read.deletes());
    }
}
