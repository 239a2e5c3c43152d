package io.dynamo.core.replica;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * To whom this lane owes which of its own records. Keys and names only, in memory: the record is on disk anyway, and what is
 * handed over is what it holds by then. Confined to the lane.
 */
final class LaneOwed {

    /** What an entry takes beside its key. */
    private static final long ENTRY_BYTES = 200;

    private final Owed all;
    private final NavigableMap<byte[], Debt> debts = new TreeMap<>(Arrays::compareUnsigned);
    private final Map<String, Integer> byTarget = new TreeMap<>();
    private Runnable firstTaken = () -> {};

    /**
     * A record that is owed.
     *
     * @param key its key
     * @param targets to whom, sorted
     */
    record Debt(StoredKey key, List<String> targets) {}

    LaneOwed(Owed all) {
        this.all = all;
    }

    /** Told when something is owed and nothing was. */
    void whenFirstTaken(Runnable task) {
        firstTaken = task;
    }

    int count() {
        return debts.size();
    }

    int countFor(String target) {
        return byTarget.getOrDefault(target, 0);
    }

    /** Notes it, unless there is no room. */
    void owe(StoredKey key, List<String> targets) {
        Debt before = debts.get(key.bytes());
        List<String> known = before == null ? List.of() : before.targets();
        if (known.containsAll(targets) || before == null && !all.reserve(size(key))) {
            return;
        }
        TreeSet<String> union = new TreeSet<>(known);
        union.addAll(targets);
        List<String> more =
                union.stream().filter(target -> !known.contains(target)).toList();
        more.forEach(target -> count(target, 1));
        boolean isFirst = debts.isEmpty();
        debts.put(key.bytes(), new Debt(key, List.copyOf(union)));
        if (isFirst) {
            firstTaken.run();
        }
    }

    /** One of them has it, or is to be forgotten; whether it was owed to it. */
    boolean settle(StoredKey key, String target) {
        Debt before = debts.get(key.bytes());
        if (before == null || !before.targets().contains(target)) {
            return false;
        }
        count(target, -1);
        List<String> rest =
                before.targets().stream().filter(one -> !one.equals(target)).toList();
        if (rest.isEmpty()) {
            debts.remove(key.bytes());
            all.release(size(key));
        } else {
            debts.put(key.bytes(), new Debt(key, rest));
        }
        return true;
    }

    /** The first one behind a place that is owed to one of these; null if there is none. */
    @Nullable
    Debt next(byte[] place, Predicate<String> targets) {
        for (Debt debt : debts.tailMap(place, false).values()) {
            if (debt.targets().stream().anyMatch(targets)) {
                return debt;
            }
        }
        return null;
    }

    private void count(String target, int more) {
        byTarget.merge(target, more, Integer::sum);
        all.count(target, more);
    }

    private static long size(StoredKey key) {
        return key.bytes().length + ENTRY_BYTES;
    }
}
