package io.dynamo.core.check;

import io.dynamo.core.check.WriteEvent.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Judges a history by the invariants of the reliability scorecard, from what clients were told (and which deletes a context
 * covers, which only its makers can tell): I1 (no acknowledged write is
 * lost), I2 (no phantom), I3 (no dominated or doubled sibling, and so I5: nothing deleted comes back), I6 (fresh reads), I8 (what was
 * refused is never seen) and I12 (last write wins).
 *
 * <p>Where so many copies were destroyed that a promise no longer holds, it is not judged (the fault atlas).
 */
public final class HistoryChecker {

    private final History history;
    private final List<String> violations = new ArrayList<>();
    // The causal past of each write, itself included; asked for again and again.
    private final TreeMap<Integer, Set<Integer>> pasts = new TreeMap<>();

    private HistoryChecker(History history) {
        this.history = history;
    }

    /**
     * Judges.
     *
     * @param history a whole one
     * @return what is wrong, each beginning with the invariant and the key; empty if nothing is
     */
    public static List<String> check(History history) {
        HistoryChecker checker = new HistoryChecker(history);
        history.reads.forEach(checker::checkRead);
        history.finals.values().forEach(checker::checkFinal);
        return checker.violations;
    }

    private void checkRead(ReadEvent read) {
        String where = "read by " + read.client() + " at " + read.beganMillis() + " ms";
        checkValues(read, where);
        if (history.rules(read.key()).lastWriteOnly()) {
            checkOnlyOne(read, where);
            checkFreshWinner(read);
            return;
        }
        for (int value : read.values()) {
            checkDominated(read.key(), value, read.roots(), where);
        }
        checkFresh(read);
    }

    private void checkFinal(ReadEvent end) {
        checkValues(end, "in the end");
        if (history.rules(end.key()).lastWriteOnly()) {
            checkOnlyOne(end, "in the end");
            checkWinner(end);
            checkSomethingIsLeft(end);
            return;
        }
        Set<Integer> known = past(end.allRoots());
        for (WriteEvent write : history.writes) {
            if (write.key.equals(end.key())
                    && write.outcome() == Outcome.OK
                    && !known.contains(write.number)
                    && isJudged(write)) {
                add("I1", end.key(), "write #" + write.number + " was acknowledged and is lost");
            }
        }
        for (int value : end.values()) {
            checkDominated(end.key(), value, end.roots(), "in the end");
        }
    }

    /** Whether so few of a write's copies were destroyed that its promise still holds. */
    private boolean isJudged(WriteEvent write) {
        return history.mustSurvive(write);
    }

    /** I6: what was acknowledged before is there, or behind what is there. */
    private void checkFresh(ReadEvent read) {
        Set<Integer> known = past(read.allRoots());
        for (WriteEvent write : mustBeSeenBy(read)) {
            if (!known.contains(write.number)) {
                add("I6", read.key(), missed(read, write) + " and did not see it");
            }
        }
    }

    /** I6 where one wins: what is read was not overwritten by what was acknowledged before, and something is. */
    private void checkFreshWinner(ReadEvent read) {
        for (WriteEvent write : mustBeSeenBy(read)) {
            if (read.allRoots().isEmpty()) {
                add("I6", read.key(), missed(read, write) + " and saw nothing");
            }
            for (int value : read.values()) {
                if (value != write.number
                        && !history.mintedTwice.contains(value)
                        && past(List.of(write.number)).contains(value)) {
                    add("I6", read.key(), missed(read, write) + " and saw #" + value + ", which that has overwritten");
                }
            }
        }
    }

    /** Writes that were acknowledged before a read by primaries of which at least one answered it. */
    private List<WriteEvent> mustBeSeenBy(ReadEvent read) {
        History.Rules rules = history.rules(read.key());
        int answered = primaries(rules, read.answered());
        List<WriteEvent> writes = new ArrayList<>();
        for (WriteEvent write : history.writes) {
            if (write.key.equals(read.key())
                    && write.okNanos() < read.beganNanos()
                    && history.ownersDestroyed(read.key(), write.beganNanos, read.endedNanos())
                            < answered + history.holders(write) - rules.n()
                    && history.mostAbsentAtOnce(write, read.endedNanos()) < history.holders(write)) {
                writes.add(write);
            }
        }
        return writes;
    }

    /** Whoever stands in for an owner promises nothing to readers until it has handed over what it holds. */
    private static int primaries(History.Rules rules, List<String> nodes) {
        int count = 0;
        for (String owner : rules.owners()) {
            count += nodes.contains(owner) ? 1 : 0;
        }
        return count;
    }

    private static String missed(ReadEvent read, WriteEvent write) {
        return "write #" + write.number + " was acknowledged before " + read.client() + " read at " + read.beganMillis()
                + " ms";
    }

    /** I2 and the second half of I3: only what was written to this key and may be there, and nothing twice. */
    private void checkValues(ReadEvent found, String where) {
        TreeSet<Integer> distinct = new TreeSet<>();
        for (int value : found.values()) {
            if (value < 0 || value >= history.writes.size()) {
                add("I2", found.key(), "a value that was never written, or is damaged, " + where);
                continue;
            }
            WriteEvent write = history.writes.get(value);
            if (!write.key.equals(found.key()) || write.isDelete) {
                add("I2", found.key(), "value #" + value + " belongs to " + write.key + ", " + where);
            } else if (write.outcome() == Outcome.NOT_APPLIED) {
                add("I8", found.key(), "value #" + value + " was NOT_APPLIED and is there, " + where);
            }
            if (!distinct.add(value)) {
                add("I3", found.key(), "value #" + value + " is there twice, " + where);
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
                add("I3", key, "value #" + value + " stands beside #" + other + ", which has overwritten it, " + where);
            }
        }
    }

    private void checkOnlyOne(ReadEvent found, String where) {
        if (found.values().size() > 1) {
            add("I12", found.key(), "values " + found.values() + " in a store where one wins, " + where);
        }
    }

    /** I12: who wins in the end was not overwritten by an acknowledged write that had seen it. */
    private void checkWinner(ReadEvent end) {
        for (int value : end.values()) {
            for (WriteEvent write : history.writes) {
                if (write.key.equals(end.key())
                        && write.number != value
                        && !history.mintedTwice.contains(value)
                        && write.outcome() == Outcome.OK
                        && isJudged(write)
                        && past(List.of(write.number)).contains(value)) {
                    add(
                            "I12",
                            end.key(),
                            "value #" + value + " wins in the end although #" + write.number
                                    + " had seen it and was acknowledged");
                }
            }
        }
    }

    /** I1 where one wins: of all that was acknowledged, one is there, be it a delete. */
    private void checkSomethingIsLeft(ReadEvent end) {
        for (WriteEvent write : history.writes) {
            if (end.allRoots().isEmpty()
                    && write.key.equals(end.key())
                    && write.outcome() == Outcome.OK
                    && isJudged(write)) {
                add("I1", end.key(), "write #" + write.number + " was acknowledged, and nothing is left of any write");
            }
        }
    }

    private void add(String invariant, String key, String what) {
        violations.add(invariant + " " + key + ": " + what);
    }

    private Set<Integer> past(Collection<Integer> roots) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int root : roots) {
            all.addAll(pasts.computeIfAbsent(root, this::pastOf));
        }
        return all;
    }

    private Set<Integer> pastOf(int root) {
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
