package io.dynamo.core.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The life of a key as text, in the order in which it happened. */
public final class Timeline {

    private static final int WIDTH = 7;

    private Timeline() {}

    /** Something that happened. */
    record Line(long nanos, String what) {
        String told() {
            String millis = Long.toString(nanos / 1_000_000);
            return " ".repeat(Math.max(0, WIDTH - millis.length())) + millis + " ms  " + what;
        }
    }

    /**
     * Tells what happened to a key, and to the cluster meanwhile.
     *
     * @param history what was seen
     * @param key the key
     * @return lines, each with its time
     */
    public static String of(History history, String key) {
        List<Line> lines = new ArrayList<>(history.happenings());
        for (WriteEvent write : history.writes) {
            if (write.key.equals(key)) {
                lines.add(new Line(write.beganNanos, told(write)));
            }
        }
        for (ReadEvent read : history.reads) {
            if (read.key().equals(key)) {
                lines.add(new Line(
                        read.beganNanos(),
                        read.client() + " read " + found(read) + " (at " + read.endedNanos() / 1_000_000 + " ms)"));
            }
        }
        lines.sort(Comparator.comparingLong(Line::nanos));
        StringBuilder text = new StringBuilder("timeline of " + key + "\n");
        lines.forEach(line -> text.append("  ").append(line.told()).append('\n'));
        ReadEvent end = history.finals.get(key);
        if (end != null) {
            text.append("  in the end: ").append(found(end)).append('\n');
        }
        return text.toString();
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
