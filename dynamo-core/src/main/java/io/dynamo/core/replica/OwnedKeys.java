package io.dynamo.core.replica;

/** Which keys are this node's own. Thread: any. */
@FunctionalInterface
public interface OwnedKeys {

    /** A node that keeps every key: one of a cluster whose stores have a replica on each. */
    OwnedKeys ALL = key -> true;

    /**
     * Whether this node is one of the first N of a key's list. What it holds of any other key it holds for others.
     *
     * @param key the key
     * @return by the present placement
     */
    boolean owns(StoredKey key);
}
