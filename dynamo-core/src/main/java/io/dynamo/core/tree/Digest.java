package io.dynamo.core.tree;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.causality.VersionSetCodec;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * 128 bits that stand for what is known of a key, or of many keys: digests of many are the XOR of theirs, so that one
 * record can be taken out and another put in.
 *
 * @param high the upper half
 * @param low the lower half
 */
public record Digest(long high, long low) {

    /** Of nothing. */
    public static final Digest NONE = new Digest(0, 0);

    /** Its bytes. */
    public static final int BYTES = 16;

    /** Changed when the same record is to have another digest; replicas of other formats do not compare. */
    public static final byte FORMAT = 1;

    private static final MessageDigest SHA_256 = find();

    /**
     * The digest of a record: of its key, what was seen of it and which versions live. Values, timestamps and write ids are
     * those of the dots, and need not go in.
     *
     * @param key the key where it lies, with partition and store
     * @param set what is held of it
     * @return {@link #NONE} for an empty set
     */
    public static Digest of(byte[] key, VersionSet set) {
        if (set.isEmpty()) {
            return NONE;
        }
        MessageDigest sha = sha256();
        sha.update(FORMAT);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, key.length));
        sha.update(key);
        ByteBuffer hash = ByteBuffer.wrap(sha.digest(VersionSetCodec.encodeCausality(set)));
        return new Digest(hash.getLong(), hash.getLong());
    }

    /**
     * Reads a digest.
     *
     * @param bytes what {@link #bytes()} returned
     * @return the digest
     * @throws IllegalArgumentException if they are too few or too many
     */
    public static Digest parse(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a digest of " + bytes.length + " bytes; it has " + BYTES);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        return new Digest(in.getLong(), in.getLong());
    }

    /**
     * Both together; the same again takes it out.
     *
     * @param other another digest
     * @return their XOR
     */
    public Digest xor(Digest other) {
        return new Digest(high ^ other.high, low ^ other.low);
    }

    /**
     * Its bytes.
     *
     * @return a fresh array
     */
    public byte[] bytes() {
        return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }

    /** A copy: looking the algorithm up costs as much as the digest of a small record. */
    private static MessageDigest sha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be copied", e);
        }
    }

    private static MessageDigest find() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
