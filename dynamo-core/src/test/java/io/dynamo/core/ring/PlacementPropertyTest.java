package io.dynamo.core.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.Cases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What must hold for every (Q, S, N), weights and zones. */
class PlacementPropertyTest {

    @Test
    void placement_ofAnyCluster_keepsItsPromises() {
        Cases.check(10_000, random -> {
            // Mostly small rings, where the corners are.
            int partitions = random.nextInt(1, 1 << random.nextInt(1, random.nextInt(20) == 0 ? 11 : 8));
            List<RingMember> members = members(random, Math.min(50, partitions));

            Placement placement = Placement.of(members, partitions);

            assertListsAreWhatAWalkFinds(placement);
            assertZonesAreSpread(placement);
            assertSharesAreExact(placement);
            assertSameForMembersInAnyOrder(placement, members, random);
        });
    }

    @Test
    void largestPlacements_keepTheirPromises() {
        Cases.check(50, random -> {
            List<RingMember> members = members(random, 50);
            Placement placement = Placement.of(members, 1024);
            assertListsAreWhatAWalkFinds(placement);
            assertZonesAreSpread(placement);
            assertSharesAreExact(placement);
        });
    }

    private static List<RingMember> members(SplittableRandom random, int most) {
        int count = random.nextInt(1, most + 1);
        int heaviest = random.nextInt(3) == 0 ? 1 : random.nextInt(1, 20);
        int zones = random.nextInt(1, 6);
        List<RingMember> members = Members.of(
                count, i -> 1 + random.nextInt(heaviest), i -> "z" + random.nextInt(random.nextInt(1, zones + 1)));
        for (int i = members.size() - 1; i > 0; i--) {
            Collections.swap(members, i, random.nextInt(i + 1));
        }
        return members;
    }

    /** Rounds over the zones of what a clockwise walk meets: the same rule, written down another way. */
    private static void assertListsAreWhatAWalkFinds(Placement placement) {
        int count = placement.members().size();
        for (int p = 0; p < placement.partitions(); p++) {
            Set<Integer> waiting = new LinkedHashSet<>();
            for (int step = 0; step < placement.partitions(); step++) {
                waiting.add(placement.owner((p + step) % placement.partitions()));
            }
            List<Integer> expected = new ArrayList<>();
            while (!waiting.isEmpty()) {
                Set<String> zones = new TreeSet<>();
                waiting.removeIf(
                        member -> zones.add(placement.members().get(member).zone()) && expected.add(member));
            }
            int[] list = placement.preferenceList(p);
            if (expected.size() != count
                    || list[0] != placement.owner(p)
                    || !Arrays.equals(list, expected.stream().mapToInt(i -> i).toArray())) {
                throw new AssertionError("partition " + p + ": " + Arrays.toString(list) + ", not " + expected);
            }
        }
    }

    private static void assertZonesAreSpread(Placement placement) {
        List<RingMember> members = placement.members();
        long zones = members.stream().map(RingMember::zone).distinct().count();
        for (int p = 0; p < placement.partitions(); p++) {
            int[] list = placement.preferenceList(p);
            Set<String> seen = new TreeSet<>();
            for (int n = 1; n <= list.length; n++) {
                seen.add(members.get(list[n - 1]).zone());
                if (seen.size() != Math.min(n, zones)) {
                    throw new AssertionError("the first " + n + " of partition " + p + " are in zones " + seen);
                }
            }
        }
    }

    private static void assertSharesAreExact(Placement placement) {
        List<RingMember> members = placement.members();
        int[] owned = new int[members.size()];
        for (int p = 0; p < placement.partitions(); p++) {
            owned[placement.owner(p)]++;
        }
        double total = members.stream().mapToInt(RingMember::weight).sum();
        boolean someHaveLessThanOne = false;
        for (RingMember member : members) {
            someHaveLessThanOne |= placement.partitions() * member.weight() < total;
        }
        for (int i = 0; i < owned.length; i++) {
            double exact = placement.partitions() * members.get(i).weight() / total;
            assertThat(owned[i]).isBetween(1, (int) Math.max(1, Math.ceil(exact)));
            assertThat(someHaveLessThanOne || Math.abs(owned[i] - exact) < 1)
                    .as(owned[i] + " for " + exact)
                    .isTrue();
        }
        if (members.stream().mapToInt(RingMember::weight).distinct().count() == 1) {
            int most = (placement.partitions() + owned.length - 1) / owned.length;
            assertThat(Arrays.stream(owned).max().getAsInt()).isLessThanOrEqualTo(most);
            assertThat(Arrays.stream(owned).min().getAsInt()).isGreaterThanOrEqualTo(most - 1);
        }
    }

    private static void assertSameForMembersInAnyOrder(
            Placement placement, List<RingMember> members, SplittableRandom random) {
        List<RingMember> otherOrder = new ArrayList<>(members);
        Collections.rotate(otherOrder, random.nextInt(members.size()));
        Placement again = Placement.of(otherOrder, placement.partitions());
        assertThat(again.digest()).isEqualTo(placement.digest());
        assertThat(again.members()).isEqualTo(placement.members());
        int[] owners =
                IntStream.range(0, placement.partitions()).map(placement::owner).toArray();
        assertThat(IntStream.range(0, owners.length).map(again::owner).toArray())
                .isEqualTo(owners);
    }
}
