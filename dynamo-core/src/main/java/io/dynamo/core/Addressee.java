package io.dynamo.core;

import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.CompareRecordRequest;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.LeafRequest;
import io.dynamo.core.wire.ListKeysRequest;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.ProbeRequest;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.core.wire.SubtreesRequest;
import org.jspecify.annotations.Nullable;

/**
 * What another node's request is about.
 *
 * @param partition decides which lane it goes to
 * @param key null if it is not about one
 */
record Addressee(int partition, @Nullable StoredKey key) {

    /** Null if there is no such partition or store. */
    static @Nullable Addressee of(Message.Request request, int partitions) {
        if (request instanceof ProbeRequest probe) {
            return new Addressee(Math.floorMod(probe.lane(), partitions), null);
        }
        if (request instanceof ListKeysRequest list) {
            return of(list.partition(), list.store(), partitions);
        }
        if (request instanceof SettleRequest settle) {
            return of(settle.partition(), settle.store(), partitions);
        }
        if (request instanceof CompareTreesRequest compare) {
            return inRange(compare.partition(), partitions);
        }
        if (request instanceof SubtreesRequest subtrees) {
            return of(subtrees.partition(), subtrees.store(), partitions);
        }
        if (request instanceof LeafRequest leaf) {
            return of(leaf.partition(), leaf.store(), partitions);
        }
        try {
            StoredKey key = keyOf(request, partitions);
            return new Addressee(key.partition(), key);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Addressee of(int partition, String store, int partitions) {
        return StoredKey.isStoreName(store) ? inRange(partition, partitions) : null;
    }

    private static @Nullable Addressee inRange(int partition, int partitions) {
        return partition < 0 || partition >= partitions ? null : new Addressee(partition, null);
    }

    private static StoredKey keyOf(Message.Request request, int partitions) {
        if (request instanceof GetReplicaRequest get) {
            return StoredKey.of(get.store(), get.key(), partitions);
        }
        if (request instanceof PutReplicaRequest put) {
            return StoredKey.of(put.store(), put.key(), partitions);
        }
        if (request instanceof CoordinatePutRequest put) {
            return StoredKey.of(put.store(), put.key(), partitions);
        }
        if (request instanceof CompareRecordRequest compare) {
            return StoredKey.of(compare.store(), compare.key(), partitions);
        }
        throw new IllegalArgumentException("a request without a key: " + request);
    }
}
