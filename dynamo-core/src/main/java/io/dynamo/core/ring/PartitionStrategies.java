package io.dynamo.core.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The ways of cutting the ring that the paper compares (Dynamo §6.2), for measuring them. A cluster runs the third one:
 * {@link Placement}.
 */
public final class PartitionStrategies {

    private PartitionStrategies() {}

    /** Where keys live under one strategy. */
    @FunctionalInterface
    public interface Layout {

        /**
         * The nodes that store a key.
         *
         * @param position the key's, from {@link Ring#position}
         * @param n how many replicas
         * @return distinct nodes, the coordinator first
         */
        int[] replicas(long position, int n);
    }

    /** A node's place on the ring. */
    private record Token(long position, int node) {}

    /**
     * Strategy 1: random tokens, and a partition between each two of them.
     *
     * @param nodes S
     * @param tokensEach T
     * @param random draws the tokens
     * @return the layout
     */
    public static Layout randomTokens(int nodes, int tokensEach, RandomGenerator random) {
        List<Token> tokens = draw(nodes, tokensEach, random);
        return (position, n) -> walk(tokens, firstAfter(tokens, position), n);
    }

    /**
     * Strategy 2: random tokens and equal partitions; a partition lives on the first nodes clockwise from its end.
     *
     * @param nodes S
     * @param tokensEach T
     * @param partitions Q
     * @param random draws the tokens
     * @return the layout
     */
    public static Layout randomTokensAndEqualPartitions(
            int nodes, int tokensEach, int partitions, RandomGenerator random) {
        List<Token> tokens = draw(nodes, tokensEach, random);
        int[] first = new int[partitions];
        for (int p = 0; p < partitions; p++) {
            first[p] = firstAfter(tokens, lastPositionOf(p, partitions));
        }
        return (position, n) -> walk(tokens, first[Ring.partition(position, partitions)], n);
    }

    /**
     * Strategy 3: equal partitions, dealt to the nodes.
     *
     * @param placement their owners
     * @return the layout
     */
    public static Layout equalPartitions(Placement placement) {
        return (position, n) ->
                Arrays.copyOf(placement.preferenceList(Ring.partition(position, placement.partitions())), n);
    }

    private static List<Token> draw(int nodes, int tokensEach, RandomGenerator random) {
        List<Token> tokens = new ArrayList<>(nodes * tokensEach);
        for (int i = 0; i < nodes * tokensEach; i++) {
            tokens.add(new Token(random.nextLong(), i % nodes));
        }
        tokens.sort((a, b) -> Long.compareUnsigned(a.position(), b.position()));
        return tokens;
    }

    private static long lastPositionOf(int partition, int partitions) {
        // The last x with x * Q / 2^64 < p + 1, by bisection over its bits.
        long last = 0;
        for (int bit = 63; bit >= 0; bit--) {
            long higher = last | (1L << bit);
            last = Ring.partition(higher, partitions) <= partition ? higher : last;
        }
        return last;
    }

    /** Index of the first token larger than a position, round the end. */
    private static int firstAfter(List<Token> tokens, long position) {
        int low = 0;
        int high = tokens.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(tokens.get(middle).position(), position) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low % tokens.size();
    }

    private static int[] walk(List<Token> tokens, int from, int n) {
        int[] nodes = new int[n];
        int filled = 0;
        for (int step = 0; filled < n && step < tokens.size(); step++) {
            int node = tokens.get((from + step) % tokens.size()).node();
            if (Arrays.stream(nodes, 0, filled).noneMatch(taken -> taken == node)) {
                nodes[filled++] = node;
            }
        }
        return Arrays.copyOf(nodes, filled);
    }
}
