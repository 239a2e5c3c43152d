package io.dynamo.core.ring;

import java.util.List;

/** How many partitions each member gets: whole shares by largest remainder, and at least one each. */
final class Quotas {

    private Quotas() {}

    static int[] of(List<RingMember> members, int partitions) {
        long total = members.stream().mapToLong(RingMember::weight).sum();
        int[] quotas = new int[members.size()];
        long[] remainders = new long[members.size()];
        int left = partitions;
        for (int i = 0; i < quotas.length; i++) {
            long exact = (long) partitions * members.get(i).weight();
            quotas[i] = (int) Math.max(1, exact / total);
            remainders[i] = exact - quotas[i] * total;
            left -= quotas[i];
        }
        for (; left > 0; left--) {
            int most = indexOfMost(remainders);
            quotas[most]++;
            remainders[most] -= total;
        }
        for (; left < 0; left++) {
            int least = indexOfLeast(remainders, quotas);
            quotas[least]--;
            remainders[least] += total;
        }
        return quotas;
    }

    private static int indexOfMost(long[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private static int indexOfLeast(long[] remainders, int[] quotas) {
        int best = -1;
        for (int i = 0; i < remainders.length; i++) {
            if (quotas[i] > 1 && (best < 0 || remainders[i] < remainders[best])) {
                best = i;
            }
        }
        return best;
    }
}
