package io.dynamo.core.ring;

import java.util.Arrays;
import java.util.List;

/**
 * Deals the partitions of a new cluster out to its members, by weight.
 *
 * <p>The next partition goes to the zone, and in it to a member, that is furthest behind its share: so a member's
 * partitions are spread evenly, and every stretch of the ring shows all zones. Among members that are about equally far
 * behind, it goes to the one that has been a neighbour of its new neighbours least often: so the load of a failed node
 * falls on many others, not on the few that always come next (P15).
 */
final class Ownership {

    // A member's partitions keep this distance where shares allow it, so that N = 5 distinct owners stand in a row.
    private static final int APART = 4;
    private static final long REPEATED = 1L << 32;

    private final int[] owners;
    private final int[] quotas;
    private final int[] given;
    private final int[] zoneOf;
    private final int[] zoneQuotas;
    private final int[] zoneGiven;
    // How often two members stand within that distance of each other.
    private final int[][] near;

    private Ownership(List<RingMember> members, int partitions) {
        int count = members.size();
        owners = new int[partitions];
        quotas = Quotas.of(members, partitions);
        given = new int[count];
        List<String> zones = members.stream().map(RingMember::zone).distinct().toList();
        zoneOf = members.stream().mapToInt(m -> zones.indexOf(m.zone())).toArray();
        zoneQuotas = new int[zones.size()];
        zoneGiven = new int[zones.size()];
        for (int i = 0; i < count; i++) {
            zoneQuotas[zoneOf[i]] += quotas[i];
        }
        near = new int[count][count];
    }

    /**
     * The owner of each partition. Shares differ from the exact ones by less than one partition; but everyone gets one.
     *
     * @return member index by partition
     */
    static int[] deal(List<RingMember> members, int partitions) {
        Ownership ownership = new Ownership(members, partitions);
        Arrays.fill(ownership.owners, -1);
        for (int partition = 0; partition < partitions; partition++) {
            ownership.give(partition, ownership.memberOf(ownership.nextZone(), partition));
        }
        return ownership.owners;
    }

    private void give(int partition, int member) {
        for (int distance = -APART; distance <= APART; distance++) {
            int neighbour = ownerAt(partition + distance);
            if (neighbour >= 0) {
                near[member][neighbour]++;
                near[neighbour][member]++;
            }
        }
        owners[partition] = member;
        given[member]++;
        zoneGiven[zoneOf[member]]++;
    }

    private int nextZone() {
        int next = -1;
        for (int zone = 0; zone < zoneQuotas.length; zone++) {
            if (zoneGiven[zone] < zoneQuotas[zone] && (next < 0 || isDueBefore(zone, next, zoneGiven, zoneQuotas))) {
                next = zone;
            }
        }
        return next;
    }

    private int memberOf(int zone, int partition) {
        int mostDue = -1;
        for (int i = 0; i < quotas.length; i++) {
            if (isOpen(i, zone) && (mostDue < 0 || isDueBefore(i, mostDue, given, quotas))) {
                mostDue = i;
            }
        }
        int best = mostDue;
        long leastCrowded = Long.MAX_VALUE;
        for (int i = 0; i < quotas.length; i++) {
            if (isOpen(i, zone) && isDueBeforeEndOf(mostDue, i)) {
                long crowded = crowding(i, partition);
                if (crowded < leastCrowded) {
                    best = i;
                    leastCrowded = crowded;
                }
            }
        }
        return best;
    }

    private boolean isOpen(int member, int zone) {
        return zoneOf[member] == zone && given[member] < quotas[member];
    }

    /** Whether one's next partition is due at an earlier point of the ring than another's. */
    private static boolean isDueBefore(int a, int b, int[] given, int[] quotas) {
        return due(a, given) * quotas[b] < due(b, given) * quotas[a];
    }

    /** Whether a member is due before the stretch ends in which another must get its next partition. */
    private boolean isDueBeforeEndOf(int other, int member) {
        long end = 2L * quotas.length * (given[other] + 1);
        return due(member, given) * quotas[other] < end * quotas[member];
    }

    /**
     * One partition is due in each stretch of 1/quota of the ring, to each at another point of its stretch: else those
     * with small shares would all stand together. The point, in units of a stretch / (2 * how many they are).
     */
    private static long due(int index, int[] given) {
        return 2L * given.length * given[index] + 2L * index + 1;
    }

    /** How badly a member fits here: it stands near already, or its neighbours often were its neighbours. */
    private long crowding(int member, int partition) {
        long crowding = 0;
        for (int distance = -APART; distance <= APART; distance++) {
            int neighbour = ownerAt(partition + distance);
            if (neighbour == member) {
                crowding += REPEATED * (APART + 1 - Math.abs(distance));
            } else if (neighbour >= 0) {
                crowding += near[member][neighbour];
            }
        }
        return crowding;
    }

    /** The owner at a place, round the ring, or -1 where there is none yet. */
    private int ownerAt(int place) {
        return owners[Math.floorMod(place, owners.length)];
    }
}
