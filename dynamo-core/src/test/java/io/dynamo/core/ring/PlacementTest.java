package io.dynamo.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {

    private static final int[] GOLDEN_OWNERS = {0, 1, 3, 1, 3, 4, 2, 0, 1, 3, 1, 3, 4, 3, 2, 1};
    private static final String GOLDEN_DIGEST = "dc9082b6e80991a2";

    /** Traps T16: a ring of 16 and 5 nodes. */
    @Test
    void list_atTheEndOfTheRing_isDistinct() {
        Placement placement = Placement.of(Members.equal(5), 16);
        for (int p = 0; p < 16; p++) {
            assertThat(placement.preferenceList(p)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        }
    }

    /** Every node computes its own table: a change of the algorithm would tear a running cluster apart. */
    @Test
    void golden_table_isWhatItEverWas() {
        Placement placement = Placement.of(Members.of(5, i -> 1 + i % 2, i -> "z" + i % 3), 16);
        assertThat(owners(placement)).containsExactly(GOLDEN_OWNERS);
        assertThat(Long.toHexString(placement.digest())).isEqualTo(GOLDEN_DIGEST);
        assertThat(Placement.withOwners(placement.members(), GOLDEN_OWNERS).digest())
                .isEqualTo(placement.digest());
    }

    private static int[] owners(Placement placement) {
        int[] owners = new int[placement.partitions()];
        Arrays.setAll(owners, placement::owner);
        return owners;
    }

    @Test
    void impossibleSettings_areRefused_withTheReason() {
        assertThatThrownBy(() -> Placement.of(Members.equal(17), 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("17 members on 16 partitions");
        assertThatThrownBy(() -> Placement.of(List.of(), 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 members on 16 partitions");
        assertThatThrownBy(() -> Placement.of(Members.equal(1), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 members on 0 partitions");
        RingMember twice = new RingMember("a", 1, "z");
        assertThatThrownBy(() -> Placement.of(List.of(twice, new RingMember("a", 2, "y")), 16))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("member a twice");
        assertThatThrownBy(() -> new RingMember("a", 0, "z"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weight 0");
        assertThatThrownBy(() -> new RingMember(" ", 1, "z")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givenOwners_thatNoMemberHas_orMembersOutOfOrder_areRefused() {
        assertThatThrownBy(() -> Placement.withOwners(Members.equal(2), new int[] {0, 1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partition 2");
        assertThatThrownBy(() -> Placement.withOwners(Members.equal(2), new int[] {0, -1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partition 1");
        List<RingMember> swapped = new ArrayList<>(Members.equal(2));
        Collections.reverse(swapped);
        assertThatThrownBy(() -> Placement.withOwners(swapped, new int[] {0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sorted");
    }

    @Test
    void digest_ofAnyDifference_differs() {
        List<RingMember> members = Members.equal(3);
        int[] owners = {0, 1, 2, 0};
        TreeSet<Long> digests = new TreeSet<>();
        Stream.of(
                        Placement.withOwners(members, owners),
                        Placement.withOwners(members, new int[] {0, 1, 2, 1}),
                        Placement.withOwners(members, new int[] {0, 1, 2}),
                        Placement.withOwners(members, new int[] {1, 0, 2, 0}),
                        Placement.withOwners(Members.of(3, i -> 1, i -> "zonf"), owners),
                        Placement.withOwners(Members.of(3, i -> i == 2 ? 2 : 1, i -> "zone"), owners),
                        Placement.withOwners(
                                List.of(members.get(0), members.get(1), new RingMember("node-03", 1, "zone")), owners),
                        Placement.withOwners(Members.equal(4), new int[] {0, 1, 2, 3}),
                        Placement.withOwners(Members.equal(4), owners))
                .forEach(placement -> digests.add(placement.digest()));
        assertThat(digests).hasSize(9);
        assertThat(Placement.withOwners(Members.equal(3), owners.clone()).digest())
                .isEqualTo(Placement.withOwners(members, owners).digest());
    }

    @Test
    void givenArray_changedLater_changesNothing() {
        int[] owners = {0, 1, 0, 1};
        Placement placement = Placement.withOwners(Members.equal(2), owners);
        owners[0] = 1;
        assertThat(placement.owner(0)).isZero();
    }

    @Test
    void smallShares_getOnePartitionEach() {
        Placement placement = Placement.of(Members.of(4, i -> i == 0 ? 1_000_000 : 1, i -> "zone"), 16);
        int[] owned = new int[4];
        Arrays.stream(owners(placement)).forEach(owner -> owned[owner]++);
        assertThat(owned).containsExactly(13, 1, 1, 1);
    }

    /**
     * How evenly the replicas are spread: the load of the busiest member against its share. Ids that are sorted by zone
     * are the usual names, and once put seven times the share on the first member of each zone.
     */
    @ParameterizedTest
    @CsvSource({
        "256, 10, 1, 1.10",
        "256, 30, 1, 1.10",
        "256, 50, 1, 1.18",
        "1024, 30, 1, 1.06",
        "64, 10, 1, 1.25",
        "100, 7, 1, 1.10",
        "256, 9, 3, 1.05",
        "256, 30, 3, 1.15",
        "1024, 30, 3, 1.06",
        "1024, 12, 2, 1.06",
    })
    void replicas_ofEqualMembers_areSpreadEvenly(int partitions, int members, int zones, double most) {
        List<RingMember> sortedByZone = Members.of(members, i -> 1, i -> "z" + i * zones / members);
        List<RingMember> inTurn = Members.of(members, i -> 1, i -> "z" + i % zones);
        assertThat(busiest(Placement.of(sortedByZone, partitions), 3)).isLessThanOrEqualTo(most);
        assertThat(busiest(Placement.of(inTurn, partitions), 3)).isLessThanOrEqualTo(most);
    }

    /** Traps T16: a repeated owner in a row of N makes its list reach further, and its neighbours busier. */
    @ParameterizedTest
    @CsvSource({"256, 10, 1", "256, 30, 1", "1024, 30, 1", "256, 50, 1", "256, 30, 3", "1024, 12, 2", "16, 5, 1"})
    void fiveOwnersInARow_areDistinct_exceptAtMostWhereTheRingCloses(int partitions, int members, int zones) {
        Placement placement = Placement.of(Members.of(members, i -> 1, i -> "z" + i * zones / members), partitions);
        int repeated = 0;
        for (int p = 0; p < partitions; p++) {
            int from = p;
            long distinct = IntStream.range(0, 5)
                    .map(step -> placement.owner((from + step) % partitions))
                    .distinct()
                    .count();
            assertThat(distinct == 5 || p > partitions - 2 * members)
                    .as("partition " + p)
                    .isTrue();
            repeated += distinct < 5 ? 1 : 0;
        }
        assertThat(repeated).isLessThanOrEqualTo(4);
    }

    /** Three replicas on six nodes, of which two have 80 %: at best, the small ones hold 1.67 times their share. */
    @Test
    void replicas_besideHeavyMembers_doNotFallOnOneSmallMember() {
        List<RingMember> members = Members.of(6, i -> i % 3 == 0 ? 8 : 1, i -> "zone");
        assertThat(busiest(Placement.of(members, 256), 3)).isLessThan(2.5);
    }

    private static double busiest(Placement placement, int n) {
        int[] load = new int[placement.members().size()];
        for (int p = 0; p < placement.partitions(); p++) {
            Arrays.stream(placement.preferenceList(p), 0, n).forEach(member -> load[member]++);
        }
        double weights =
                placement.members().stream().mapToInt(RingMember::weight).sum();
        double most = 0;
        for (int i = 0; i < load.length; i++) {
            double share =
                    n * placement.partitions() * placement.members().get(i).weight() / weights;
            most = Math.max(most, load[i] / share);
        }
        return most;
    }
}
