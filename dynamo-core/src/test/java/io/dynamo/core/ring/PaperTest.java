package io.dynamo.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the paper says of placement, statement by statement. */
class PaperTest {

    /** §4.2: a key belongs to the first node with a position larger than the item's; partition p's token is at its end. */
    @Test
    void p14_owner_isTheFirstTokenLargerThanThePosition() {
        int partitions = 4;
        TreeMap<Long, Integer> tokens = new TreeMap<>(Long::compareUnsigned);
        for (int p = 0; p < partitions; p++) {
            tokens.put((p + 1L) << 62, p);
        }
        for (long position : new long[] {0, 1, 5L << 60, (1L << 62) - 1, 1L << 62, (1L << 62) + 1, -1, 3L << 62}) {
            var larger = tokens.higherEntry(position);
            // The token at the end of the circle is the one at its start.
            int expected = larger == null ? tokens.get(0L) : larger.getValue();
            assertThat(Ring.partition(position, partitions))
                    .as(Long.toHexString(position))
                    .isEqualTo(expected);
        }
    }

    /** §4.2: the load of a node that fails is dispersed over the others, not over its next neighbours alone. */
    @Test
    void p15_failedNode_itsReplicasFallOnMostOthers() {
        assertThat(takersOfAFailedNode(Placement.of(Members.equal(30), 1024))).isGreaterThanOrEqualTo(24);
        assertThat(takersOfAFailedNode(Placement.of(Members.equal(30), 256))).isGreaterThanOrEqualTo(12);
        assertThat(takersOfAFailedNode(Placement.of(Members.equal(10), 256))).isEqualTo(9);
    }

    private static long takersOfAFailedNode(Placement placement) {
        int n = 3;
        long fewest = Long.MAX_VALUE;
        for (int failed = 0; failed < placement.members().size(); failed++) {
            List<Integer> takers = new ArrayList<>();
            for (int p = 0; p < placement.partitions(); p++) {
                int[] list = placement.preferenceList(p);
                int down = failed;
                if (Arrays.stream(list, 0, n).anyMatch(member -> member == down)) {
                    takers.add(list[n]);
                }
            }
            fewest = Math.min(fewest, takers.stream().distinct().count());
        }
        return fewest;
    }

    /**
     * §4.3, Figure 2: with N = 3, node D stores the ranges (A, B], (B, C] and (C, D]. With one partition for each node,
     * the partition that ends at a node's token is that node's: range (C, D] is D's own, and D is the second to hold C's
     * and the third to hold B's. (A key that falls exactly on a token belongs to the range after it: traps T34.)
     */
    @Test
    void p16_figure2_nodeDStoresThreeRanges() {
        List<RingMember> members = new ArrayList<>();
        for (String id : List.of("A", "B", "C", "D", "E", "F", "G")) {
            members.add(new RingMember(id, 1, "zone"));
        }
        Placement placement = Placement.withOwners(members, new int[] {0, 1, 2, 3, 4, 5, 6});

        List<String> ranges = new ArrayList<>();
        for (int p = 0; p < placement.partitions(); p++) {
            int[] replicas = Arrays.copyOf(placement.preferenceList(p), 3);
            if (Arrays.stream(replicas)
                    .anyMatch(member -> members.get(member).id().equals("D"))) {
                ranges.add("(" + members.get((p + 6) % 7).id() + ", "
                        + members.get(p).id() + "]");
            }
        }
        assertThat(ranges).containsExactly("(A, B]", "(B, C]", "(C, D]");
        assertThat(placement.preferenceList(1)).as("key K in (A, B]: B, C, D").startsWith(1, 2, 3);
    }

    /** §4.3: the list skips positions of nodes that it has, holds more than N, and every node computes the same one. */
    @Test
    void p17_preferenceList_holdsDistinctNodes_andMoreThanN() {
        Placement placement = Placement.withOwners(Members.equal(4), new int[] {0, 0, 1, 0, 1, 2, 3, 3});

        assertThat(placement.preferenceList(0)).containsExactly(0, 1, 2, 3);
        assertThat(placement.preferenceList(2)).containsExactly(1, 0, 2, 3);
        assertThat(placement.preferenceList(6)).as("round the end").containsExactly(3, 0, 1, 2);

        List<RingMember> elsewhere = new ArrayList<>(Members.equal(9));
        Placement here = Placement.of(Members.equal(9), 64);
        Collections.reverse(elsewhere);
        Placement there = Placement.of(elsewhere, 64);
        for (int p = 0; p < 64; p++) {
            assertThat(there.preferenceList(p))
                    .isEqualTo(here.preferenceList(p))
                    .hasSize(9);
        }
    }
}
