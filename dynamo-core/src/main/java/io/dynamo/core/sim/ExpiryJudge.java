package io.dynamo.core.sim;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Version;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Judges values with a lifetime. Whoever asks a node judges by that node's wall clock, and so does this: what had expired when a
 * read began may not be read (I5); what had expired when it ended explains why it is not. Nothing else does, so that a value that
 * is gone too early counts as lost (I1, I6). Where the last write wins, one that has expired is still the winner (I12).
 */
final class ExpiryJudge {

    // Clocks tell milliseconds, and what is minted is written a little later.
    private static final long ROUNDING_MILLIS = 5;

    private final SimulatedCluster cluster;
    private final DotLedger ledger;
    private final Consumer<String> violated;
    private final Map<Integer, Asked> asked = new TreeMap<>();

    /** A write with a lifetime, and the wall clock of the machine that was most behind when it began. */
    private record Asked(String key, long lifetimeMillis, long leastWallMillis, int jumps) {}

    /** A read has begun: what the clock of the node says that is asked. */
    record Began(String node, long wallMillis, int jumps) {}

    ExpiryJudge(SimulatedCluster cluster, DotLedger ledger, Consumer<String> violated) {
        this.cluster = cluster;
        this.ledger = ledger;
        this.violated = violated;
    }

    /** A client begins a write of which it says how long its value lives. */
    void begins(String key, int number, long lifetimeMillis) {
        long least = cluster.ids().stream().mapToLong(this::wallMillis).min().orElse(0);
        asked.put(number, new Asked(key, lifetimeMillis, least, jumps()));
    }

    /** A read begins. */
    Began begins(String node) {
        return new Began(node, wallMillis(node), cluster.machine(node).clock.jumps());
    }

    private long wallMillis(String node) {
        return cluster.machine(node).clock.wallMillis(cluster.universe().nowNanos());
    }

    private int jumps() {
        return cluster.ids().stream()
                .mapToInt(id -> cluster.machine(id).clock.jumps())
                .sum();
    }

    /** The writes of a key that a context covers, and that a reader did not find if their time was over by its end. */
    SortedSet<Integer> expired(String key, CausalContext context, Began read) {
        SortedSet<Integer> numbers = new TreeSet<>();
        long latest = hasJumped(read) ? Long.MAX_VALUE : wallMillis(read.node());
        for (Version version : ledger.expiring(key)) {
            if (context.contains(version.dot()) && version.isExpiredAt(latest)) {
                numbers.add(number(version));
            }
        }
        return numbers;
    }

    /** The writes of a key with a lifetime that a context covers, whether it is over or not. */
    SortedSet<Integer> covered(String key, CausalContext context) {
        SortedSet<Integer> numbers = new TreeSet<>();
        for (Version version : ledger.expiring(key)) {
            if (context.contains(version.dot())) {
                numbers.add(number(version));
            }
        }
        return numbers;
    }

    private boolean hasJumped(Began read) {
        return cluster.machine(read.node()).clock.jumps() != read.jumps();
    }

    /** What a client was shown. */
    void judge(String key, List<Integer> values, CausalContext context, Began read, boolean isOneWinner) {
        for (Version version : ledger.expiring(key)) {
            int number = number(version);
            boolean isTwice = ledger.dotsOf(version.writeId()).size() > 1;
            if (values.contains(number) && !isTwice && !hasJumped(read) && version.isExpiredAt(read.wallMillis())) {
                violated.accept("I5 " + key + ": value #" + number + " had expired by " + read.node()
                        + "'s clock before it was read there");
            }
            if (isOneWinner && !isTwice && context.contains(version.dot())) {
                judgeWinner(key, values, version);
            }
        }
    }

    private void judgeWinner(String key, List<Integer> values, Version known) {
        for (int value : values) {
            for (Version shown : ledger.versionsOf(key, value)) {
                if (value != number(known)
                        && known.winsOver(shown)
                        && ledger.versionsOf(key, value).size() == 1) {
                    violated.accept("I12 " + key + ": value #" + value + " was read although #" + number(known)
                            + " is known, which expires and wins");
                }
            }
        }
    }

    /** The end: each instant is that of a clock of a machine, once, and as long afterwards as was asked for. */
    void judgeInstants() {
        asked.forEach((number, one) -> {
            for (Version version : ledger.versionsOf(one.key(), number)) {
                long mintedMillis = version.expiresAtMillis() - one.lifetimeMillis();
                long most = ledger.firstSeenMillis(version.dot());
                boolean isClockOf = mintedMillis >= one.leastWallMillis() - ROUNDING_MILLIS
                        && mintedMillis <= most + ROUNDING_MILLIS;
                if (!isClockOf && one.jumps() == jumps()) {
                    violated.accept("I5 " + one.key() + ": value #" + number + " expires at another time than "
                            + one.lifetimeMillis() + " ms after it was minted");
                }
            }
        });
    }

    private static int number(Version version) {
        byte[] value = version.value();
        return value == null ? -1 : Values.numberIn(value);
    }
}
