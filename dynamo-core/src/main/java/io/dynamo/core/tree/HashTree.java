package io.dynamo.core.tree;

/**
 * The digests of the records of one store in one partition, summed over 16^level buckets of keys (Dynamo §4.7). Which bucket
 * a key falls into is decided by its spread, 64 bits of its hash. Digests of inner nodes are folded from the buckets when
 * they are asked for: two replicas can be compared down to the depth that both have.
 *
 * <p>Thread: confined to a lane.
 */
public final class HashTree {

    /** The finest tree: about a million buckets, 20 MB. */
    public static final int LEVEL_MAX = 5;

    /** Above that many records in a bucket the tree should be finer. */
    private static final int FULL = 64;

    /** Below that many it should be coarser. */
    private static final int SPARSE = 2;

    private final int level;
    // Both halves of each bucket's digest, side by side: buckets are met in no order, and each is a miss of the cache.
    private final long[] sums;
    private long rootHigh;
    private long rootLow;
    private long count;

    /**
     * An empty tree.
     *
     * @param level 0 to {@link #LEVEL_MAX}
     */
    public HashTree(int level) {
        if (level < 0 || level > LEVEL_MAX) {
            throw new IllegalArgumentException("level " + level + " of a tree; 0 to " + LEVEL_MAX);
        }
        this.level = level;
        this.sums = new long[2 << (Prefix.BITS * level)];
    }

    /**
     * The level that suits a number of records.
     *
     * @param records how many
     * @return 0 to {@link #LEVEL_MAX}
     */
    public static int levelFor(long records) {
        int level = 0;
        while (level < LEVEL_MAX && records > (long) FULL << (Prefix.BITS * level)) {
            level++;
        }
        return level;
    }

    /**
     * Whether another level would suit better. Growing and shrinking have bounds far apart, so that a tree does not go
     * back and forth.
     *
     * @return true if it is to be built anew
     */
    public boolean isOutgrown() {
        return count > (long) FULL << (Prefix.BITS * level) && level < LEVEL_MAX
                || count < (long) SPARSE << (Prefix.BITS * level) && level > 0;
    }

    /**
     * A record changed, came or went.
     *
     * @param spread of its key
     * @param before its digest; {@link Digest#NONE} if it is new
     * @param after its digest; {@link Digest#NONE} if it is gone
     */
    public void change(long spread, Digest before, Digest after) {
        long high = before.high() ^ after.high();
        long low = before.low() ^ after.low();
        int bucket = bucket(spread);
        sums[2 * bucket] ^= high;
        sums[2 * bucket + 1] ^= low;
        rootHigh ^= high;
        rootLow ^= low;
        count += (after.equals(Digest.NONE) ? 0 : 1) - (before.equals(Digest.NONE) ? 0 : 1);
    }

    private int bucket(long spread) {
        return level == 0 ? 0 : (int) (spread >>> (Long.SIZE - Prefix.BITS * level));
    }

    /**
     * How fine it is.
     *
     * @return nodes down to this depth have digests
     */
    public int level() {
        return level;
    }

    /**
     * How many records are in it.
     *
     * @return the number
     */
    public long count() {
        return count;
    }

    /**
     * The digest of all records.
     *
     * @return {@link Digest#NONE} if there are none
     */
    public Digest root() {
        return new Digest(rootHigh, rootLow);
    }

    /**
     * The digests of a node's children.
     *
     * @param prefix the node, less deep than {@link #level()}
     * @return 16
     */
    public Digest[] children(Prefix prefix) {
        if (prefix.depth() >= level) {
            throw new IllegalArgumentException("node " + prefix + " has no children in a tree of level " + level);
        }
        int width = 1 << (Prefix.BITS * (level - prefix.depth() - 1));
        int next = (int) prefix.bits() * width * Prefix.FAN_OUT;
        Digest[] children = new Digest[Prefix.FAN_OUT];
        for (int child = 0; child < Prefix.FAN_OUT; child++) {
            long foldedHigh = 0;
            long foldedLow = 0;
            for (int end = next + width; next < end; next++) {
                foldedHigh ^= sums[2 * next];
                foldedLow ^= sums[2 * next + 1];
            }
            children[child] = new Digest(foldedHigh, foldedLow);
        }
        return children;
    }
}
