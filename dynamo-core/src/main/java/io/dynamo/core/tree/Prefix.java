package io.dynamo.core.tree;

/**
 * A node of a tree: all keys whose spread begins with some bits.
 *
 * @param depth how many times four bits, 0 to {@value #DEPTH_MAX}; 0 is the root
 * @param bits those bits, as the lowest
 */
public record Prefix(int depth, long bits) {

    /** The deepest node. */
    public static final int DEPTH_MAX = 15;

    /** Children of a node. */
    public static final int FAN_OUT = 16;

    /** Bits by which a child is told from its siblings. */
    public static final int BITS = 4;

    /** All keys. */
    public static final Prefix ROOT = new Prefix(0, 0);

    /**
     * Checks the range.
     *
     * @param depth see the record
     * @param bits see the record
     */
    public Prefix {
        if (depth < 0 || depth > DEPTH_MAX || bits >>> (BITS * depth) != 0) {
            throw new IllegalArgumentException("prefix of depth " + depth + " with bits " + Long.toHexString(bits));
        }
    }

    /**
     * One of its children.
     *
     * @param number 0 to 15
     * @return the child
     */
    public Prefix child(int number) {
        return new Prefix(depth + 1, bits << BITS | number);
    }

    /**
     * The least spread below it.
     *
     * @return unsigned
     */
    public long first() {
        return depth == 0 ? 0 : bits << (Long.SIZE - BITS * depth);
    }

    /**
     * The greatest spread below it.
     *
     * @return unsigned
     */
    public long last() {
        return depth == 0 ? -1 : first() | -1L >>> (BITS * depth);
    }

    @Override
    public String toString() {
        return depth == 0
                ? "root"
                : Long.toHexString(bits | 1L << (BITS * depth)).substring(1);
    }
}
