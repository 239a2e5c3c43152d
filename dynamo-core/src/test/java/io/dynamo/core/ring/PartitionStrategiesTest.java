package io.dynamo.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.ring.PartitionStrategies.Layout;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** §6.2, Figure 8: mean load of a node against the load of the hottest one; S = 30, N = 3, tables of equal size. */
class PartitionStrategiesTest {

    private static final int NODES = 30;
    private static final int N = 3;
    private static final int ENTRIES = 960;

    @Test
    void efficiency_atEqualTableSize_isBestForEqualPartitions_andWorstForStrategyTwo() {
        double first = 0;
        double second = 0;
        int draws = 20;
        for (int seed = 0; seed < draws; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            first += efficiency(PartitionStrategies.randomTokens(NODES, ENTRIES / NODES, random)) / draws;
            second += efficiency(PartitionStrategies.randomTokensAndEqualPartitions(
                            NODES, ENTRIES / 2 / NODES, ENTRIES / 2, random))
                    / draws;
        }
        double third = efficiency(PartitionStrategies.equalPartitions(Placement.of(Members.equal(NODES), ENTRIES)));

        System.out.printf("efficiency: strategy 1 %.3f, 2 %.3f, 3 %.3f%n", first, second, third);
        assertThat(third).isGreaterThan(0.95).isGreaterThan(first + 0.1);
        assertThat(first).isGreaterThan(second);
    }

    @Test
    void replicas_ofEveryStrategy_areDistinctNodes() {
        SplittableRandom random = new SplittableRandom(7);
        Layout[] layouts = {
            PartitionStrategies.randomTokens(5, 3, random),
            PartitionStrategies.randomTokensAndEqualPartitions(5, 3, 100, random),
            PartitionStrategies.equalPartitions(Placement.of(Members.equal(5), 100)),
        };
        for (Layout layout : layouts) {
            for (int i = 0; i < 1_000; i++) {
                int[] replicas = layout.replicas(random.nextLong(), 5);
                assertThat(Arrays.stream(replicas).distinct().count()).isEqualTo(5);
            }
        }
    }

    /** §6.2: strategy 2 decides for a whole partition, by its end; strategy 1 for each key. */
    @Test
    void strategyTwo_allKeysOfAPartition_liveTogether() {
        Layout two = PartitionStrategies.randomTokensAndEqualPartitions(10, 20, 16, new SplittableRandom(3));
        Layout one = PartitionStrategies.randomTokens(10, 20, new SplittableRandom(3));
        int apart = 0;
        for (int p = 0; p < 16; p++) {
            long begin = (long) p << 60;
            long end = begin + ((1L << 60) - 1);
            assertThat(two.replicas(begin, N)).isEqualTo(two.replicas(end, N)).isEqualTo(one.replicas(end, N));
            apart += Arrays.equals(one.replicas(begin, N), one.replicas(end, N)) ? 0 : 1;
        }
        assertThat(apart).isPositive();
    }

    private static double efficiency(Layout layout) {
        SplittableRandom keys = new SplittableRandom(42);
        int[] load = new int[NODES];
        int requests = 60_000;
        for (int i = 0; i < requests; i++) {
            for (int node : layout.replicas(keys.nextLong(), N)) {
                load[node]++;
            }
        }
        double mean = (double) requests * N / NODES;
        return mean / Arrays.stream(load).max().getAsInt();
    }
}
