package io.dynamo.core.sim;

import io.dynamo.core.sim.History.Final;
import io.dynamo.core.sim.History.Outcome;
import io.dynamo.core.sim.History.Seen;
import io.dynamo.core.sim.History.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Judges a history by the invariants I1 to I3 and I6 of the scorecard, from what clients were told. */
final class HistoryChecker {

    private final History history;
    private final List<String> violations = new ArrayList<>();
    // The causal past of each write, itself included; asked for again and again.
    private final TreeMap<Integer, TreeSet<Integer>> pasts = new TreeMap<>();

    private HistoryChecker(History history) {
        this.history = history;
    }

    /** What is wrong, each with the key it is about; empty if nothing is. */
    static List<String> check(History history) {
        HistoryChecker checker = new HistoryChecker(history);
        history.reads.forEach(checker::checkRead);
        history.finals.forEach(checker::checkFinal);
        return checker.violations;
    }

    private void checkRead(Seen read) {
        checkValues(read.key(), read.values(), "read by " + read.by() + " at " + read.atMillis() + " ms");
        for (int value : read.values()) {
            checkDominated(read.key(), value, read.values(), "read at " + read.atMillis() + " ms");
        }
        if (history.readsAreFresh) {
            checkFresh(read);
        }
    }

    /** I6: what was acknowledged before is there, or behind what is there. */
    private void checkFresh(Seen read) {
        TreeSet<Integer> roots = new TreeSet<>(read.values());
        roots.addAll(read.deletes());
        TreeSet<Integer> known = past(roots);
        for (Write write : history.writes) {
            if (write.key.equals(read.key()) && write.okNanos < read.beganNanos() && !known.contains(write.number)) {
                violations.add("I6 " + read.key() + ": write #" + write.number + " was acknowledged before " + read.by()
                        + " read at " + read.atMillis() + " ms and did not see it");
            }
        }
    }

    private void checkFinal(String key, Final end) {
        checkValues(key, end.values(), "in the end");
        TreeSet<Integer> roots = new TreeSet<>(end.values());
        roots.addAll(end.deletes());
        TreeSet<Integer> known = past(roots);
        for (Write write : history.writes) {
            if (write.key.equals(key) && write.outcome == Outcome.OK && !known.contains(write.number)) {
                violations.add("I1 " + key + ": write #" + write.number + " was acknowledged and is lost");
            }
        }
        for (int value : end.values()) {
            checkDominated(key, value, roots, "in the end");
        }
    }

    /** I2 and the second half of I3: only what was written to this key and may be there, and nothing twice. */
    private void checkValues(String key, List<Integer> values, String where) {
        TreeSet<Integer> distinct = new TreeSet<>();
        for (int value : values) {
            if (value < 0 || value >= history.writes.size()) {
                violations.add("I2 " + key + ": value #" + value + " was never written, " + where);
                continue;
            }
            Write write = history.writes.get(value);
            if (!write.key.equals(key) || write.isDelete) {
                violations.add("I2 " + key + ": value #" + value + " belongs to " + write.key + ", " + where);
            } else if (write.outcome == Outcome.NOT_APPLIED) {
                violations.add("I2 " + key + ": value #" + value + " was NOT_APPLIED and is there, " + where);
            }
            if (!distinct.add(value)) {
                violations.add("I3 " + key + ": value #" + value + " is there twice, " + where);
            }
        }
    }

    /** The first half of I3: what someone saw and overwrote does not stand beside that write. */
    private void checkDominated(String key, int value, Collection<Integer> beside, String where) {
        if (history.mintedTwice.contains(value)) {
            return;
        }
        for (int other : beside) {
            if (other != value && past(List.of(other)).contains(value)) {
                violations.add("I3 " + key + ": value #" + value + " stands beside #" + other
                        + ", which has overwritten it, " + where);
            }
        }
    }

    private TreeSet<Integer> past(Collection<Integer> roots) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int root : roots) {
            all.addAll(pasts.computeIfAbsent(root, this::pastOf));
        }
        return all;
    }

    private TreeSet<Integer> pastOf(int root) {
        TreeSet<Integer> all = new TreeSet<>();
        Deque<Integer> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            int next = open.pop();
            if (next >= 0 && next < history.writes.size() && all.add(next)) {
                open.addAll(history.writes.get(next).seen);
            }
        }
        return all;
    }
}
