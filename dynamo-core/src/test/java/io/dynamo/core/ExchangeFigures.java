package io.dynamo.core;

import static io.dynamo.core.HintsTest.bytes;
import static io.dynamo.core.HintsTest.write;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.repair.Outcome;
import io.dynamo.core.repair.Outcome.State;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.PutReplicaRequest;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What two owners of n records say to each other when d of them are missing on one side (Dynamo §4.7): a program, run as
 * docs/performance.md says. Prints a line of CSV for each n and d.
 */
final class ExchangeFigures {

    private static final int PARTITIONS = 16;
    private static final int[] DIFFERENCES = {0, 1, 10, 100, 1_000, 10_000};

    private final TestCluster cluster = TestCluster.of(2, "cluster.partitions", "" + PARTITIONS, "quorum.n", "2");
    private final PrintStream out;
    private int written;

    private ExchangeFigures(PrintStream out) {
        this.out = out;
    }

    /**
     * Measures.
     *
     * @param args how many records, once or more
     */
    public static void main(String[] args) {
        System.out.println("n,d,digests,records,messages");
        for (String n : args) {
            new ExchangeFigures(System.out).measure(Integer.parseInt(n));
        }
    }

    private void measure(int n) {
        while (written < n) {
            VersionSet set = write(++written, "x");
            give("a", set);
            give("b", set);
            cluster.network.forget();
        }
        // Trees are built by the first comparison, and say nothing yet.
        compareAll();
        for (int d : DIFFERENCES) {
            if (d > n / 10) {
                break;
            }
            for (int i = 0; i < d; i++) {
                give("a", write(++written, "x"));
            }
            cluster.network.forget();
            measure(n, d);
        }
    }

    private void measure(int n, int d) {
        List<Outcome> outcomes = compareAll();
        long digests = outcomes.stream().mapToLong(Outcome::hashes).sum();
        long records = outcomes.stream().mapToLong(Outcome::repaired).sum();
        if (records != d) {
            throw new IllegalStateException(records + " records were brought up to date; there were " + d);
        }
        out.println(n + "," + d + "," + digests + "," + records + ","
                + cluster.network.sent(Message.class).size());
    }

    /** One pass over all partitions. */
    private List<Outcome> compareAll() {
        List<Outcome> outcomes = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Outcome outcome;
            do {
                outcome = compare(partition);
                outcomes.add(outcome);
            } while (outcome.state() == State.BUSY || outcome.state() == State.PARTIAL);
        }
        return outcomes;
    }

    private Outcome compare(int partition) {
        List<Outcome> outcomes = new ArrayList<>();
        cluster.core("a").compareNow(partition, outcomes::add);
        cluster.time.runUntil(() -> !outcomes.isEmpty(), Duration.ofMinutes(10));
        cluster.time.run(Duration.ofMillis(10));
        return outcomes.get(0);
    }

    private void give(String id, VersionSet set) {
        String other = id.equals("a") ? "b" : "a";
        cluster.tell(other, id, new PutReplicaRequest(1, "notes", bytes("key" + written), set, false, 1_000_000));
    }
}
