package io.dynamo.core.replica;

import io.dynamo.core.ring.Ring;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key where it lies: {@code [partition, 2 bytes][length of the store's name][store][key]}, so that a partition is one
 * range of the engine, and a store one range of a partition.
 */
public final class StoredKey {

    /** The longest name of a store, in bytes. */
    public static final int STORE_BYTES_MAX = 64;

    private static final int PARTITION_BYTES = 2;

    private final String store;
    private final int partition;
    private final byte[] bytes;
    private final long spread;
    private final int hash;

    private StoredKey(String store, int partition, byte[] bytes, long spread) {
        this.store = store;
        this.partition = partition;
        this.bytes = bytes;
        this.spread = spread;
        this.hash = Arrays.hashCode(bytes);
    }

    /**
     * Places a key.
     *
     * @param store the store's name
     * @param key the application's key
     * @param partitions Q
     * @return the placed key
     */
    public static StoredKey of(String store, byte[] key, int partitions) {
        Ring.Hash place = Ring.hash(key);
        int partition = Ring.partition(place.position(), partitions);
        byte[] prefix = storeRange(store, partition);
        byte[] bytes = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, bytes, prefix.length, key.length);
        return new StoredKey(store, partition, bytes, place.spread());
    }

    /**
     * Reads back what an engine holds.
     *
     * @param bytes a key of the records space
     * @return the placed key
     */
    public static StoredKey parse(byte[] bytes) {
        return parse(
                bytes,
                Ring.hash(Arrays.copyOfRange(bytes, prefixLength(bytes), bytes.length))
                        .spread());
    }

    private static StoredKey parse(byte[] bytes, long spread) {
        int prefix = prefixLength(bytes);
        String store = new String(bytes, PARTITION_BYTES + 1, prefix - PARTITION_BYTES - 1, StandardCharsets.UTF_8);
        return new StoredKey(store, (bytes[0] & 0xff) << 8 | bytes[1] & 0xff, bytes, spread);
    }

    /**
     * What all keys of a store in a partition begin with.
     *
     * @param store the store's name
     * @param partition the partition
     * @return the prefix
     */
    public static byte[] storeRange(String store, int partition) {
        byte[] name = store.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length > STORE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "store '" + store + "'; its name must have 1 to " + STORE_BYTES_MAX + " bytes");
        }
        byte[] prefix = new byte[PARTITION_BYTES + 1 + name.length];
        prefix[0] = (byte) (partition >>> 8);
        prefix[1] = (byte) partition;
        prefix[2] = (byte) name.length;
        System.arraycopy(name, 0, prefix, PARTITION_BYTES + 1, name.length);
        return prefix;
    }

    /**
     * What all keys of a partition begin with.
     *
     * @param partition the partition
     * @return the prefix
     */
    public static byte[] partitionRange(int partition) {
        return new byte[] {(byte) (partition >>> 8), (byte) partition};
    }

    /**
     * The end of a partition's range.
     *
     * @param partition the partition
     * @return null if it is the last there can be
     */
    public static byte @Nullable [] endOfPartition(int partition) {
        return partition == (1 << Byte.SIZE * PARTITION_BYTES) - 1 ? null : partitionRange(partition + 1);
    }

    /**
     * Whether a store may have this name.
     *
     * @param store a name
     * @return false if it is empty or too long
     */
    public static boolean isStoreName(String store) {
        int length = store.getBytes(StandardCharsets.UTF_8).length;
        return length > 0 && length <= STORE_BYTES_MAX;
    }

    /**
     * The first key after all that begin with a prefix.
     *
     * @param prefix not all 0xff
     * @return the end of the range
     */
    public static byte[] endOf(byte[] prefix) {
        int last = prefix.length - 1;
        while (prefix[last] == (byte) 0xff) {
            last--;
        }
        byte[] end = Arrays.copyOf(prefix, last + 1);
        end[last]++;
        return end;
    }

    /**
     * The store's name.
     *
     * @return as given
     */
    public String store() {
        return store;
    }

    /**
     * The key's partition.
     *
     * @return 0 to Q-1
     */
    public int partition() {
        return partition;
    }

    /**
     * The engine's key.
     *
     * @return not to be changed
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * The key's spread.
     *
     * @return see {@link Ring.Hash}
     */
    public long spread() {
        return spread;
    }

    /**
     * Where the record's digest lies: keys of a store in the order of their {@linkplain #spread() spread}, so that a node
     * of its hash tree is one range.
     *
     * @return {@code [partition][length][store][spread, 8 bytes][key]}
     */
    public byte[] treeKey() {
        int prefix = prefixLength(bytes);
        byte[] tree = new byte[bytes.length + Long.BYTES];
        System.arraycopy(bytes, 0, tree, 0, prefix);
        ByteBuffer.wrap(tree).putLong(prefix, spread);
        System.arraycopy(bytes, prefix, tree, prefix + Long.BYTES, bytes.length - prefix);
        return tree;
    }

    /**
     * Reads back a key of the space of trees.
     *
     * @param tree what {@link #treeKey()} returned
     * @return the placed key
     */
    public static StoredKey ofTreeKey(byte[] tree) {
        int prefix = prefixLength(tree);
        byte[] bytes = new byte[tree.length - Long.BYTES];
        System.arraycopy(tree, 0, bytes, 0, prefix);
        System.arraycopy(tree, prefix + Long.BYTES, bytes, prefix, bytes.length - prefix);
        return parse(bytes, ByteBuffer.wrap(tree).getLong(prefix));
    }

    private static int prefixLength(byte[] bytes) {
        return PARTITION_BYTES + 1 + (bytes[PARTITION_BYTES] & 0xff);
    }

    /**
     * The application's key.
     *
     * @return a copy
     */
    public byte[] key() {
        return Arrays.copyOfRange(bytes, prefixLength(bytes), bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof StoredKey that && hash == that.hash && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return store + "/" + new String(key(), StandardCharsets.UTF_8);
    }
}
