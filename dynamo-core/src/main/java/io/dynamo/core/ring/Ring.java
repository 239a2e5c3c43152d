package io.dynamo.core.ring;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The circle of key positions, cut into Q equal partitions (Dynamo §4.2, §6.2 strategy 3).
 *
 * <p>A key's MD5 hash is read as a 128-bit number (P13); its position is the upper half. Partition p holds the positions
 * from p/Q of the circle (inclusive) to (p+1)/Q (exclusive); its token stands at its end, so that a key belongs to the
 * first token <em>larger</em> than its position, also when it falls exactly on one (P14, traps T34). Where Q is no power of
 * two, a boundary within the lower half is rounded up to the next position.
 */
public final class Ring {

    /** The hash, by the name that is kept in data directories and compared between nodes. */
    public static final String HASH = "md5";

    private static final MessageDigest MD5 = find();

    private Ring() {}

    /**
     * A key's hash.
     *
     * @param position its upper 64 bits, where the key lies on the circle; unsigned
     * @param spread its lower 64 bits, which spread the keys of one partition evenly; unsigned
     */
    public record Hash(long position, long spread) {}

    /**
     * Hashes a key.
     *
     * @param key the key's bytes
     * @return its hash
     */
    public static Hash hash(byte[] key) {
        ByteBuffer md5 = ByteBuffer.wrap(md5().digest(key));
        return new Hash(md5.getLong(), md5.getLong());
    }

    /**
     * A key's position: the upper 64 bits of its hash.
     *
     * @param key the key's bytes
     * @return an unsigned number
     */
    public static long position(byte[] key) {
        return hash(key).position();
    }

    /**
     * The partition of a position.
     *
     * @param position from {@link #position}
     * @param partitions Q
     * @return 0 to Q-1
     */
    public static int partition(long position, int partitions) {
        // Upper half of the 128-bit product position * Q, unsigned: exact for every Q, not only powers of two.
        long high = Math.multiplyHigh(position, partitions);
        return (int) (position < 0 ? high + partitions : high);
    }

    /** A copy: looking the algorithm up costs as much as hashing a key. */
    private static MessageDigest md5() {
        try {
            return (MessageDigest) MD5.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's MD5 can be copied", e);
        }
    }

    private static MessageDigest find() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
