package io.dynamo.spi;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Health;
import io.dynamo.api.Option;
import io.dynamo.api.WriteId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What a node offers to clients outside its process, for a transport to put on the wire. Values are bytes, whatever type the
 * application gives them: a client brings its own codec and reconciler.
 *
 * <p>Thread: any; nothing blocks. Errors are those of {@link AsyncStore}.
 */
public interface ClientAccess {

    /**
     * A store as bytes. {@code Read.siblings()} are the concurrent values, {@code Read.value()} the one with the highest
     * timestamp: the same array as one of them.
     *
     * @param name a store of the configuration, or any name: then with the defaults
     * @return the store, beside the application's own typed views of it
     * @throws IllegalArgumentException if it is no name
     */
    AsyncStore<byte[]> store(String name);

    /**
     * A page of the keys of a store, over the whole cluster.
     *
     * @param store the store's name
     * @param page where it begins: empty for the first page, then {@link Page#next()} of the page before
     * @param options for this request
     * @return the page; fails if a part of the cluster is out of reach
     */
    CompletionStage<Page> keys(String store, byte[] page, Option... options);

    /**
     * Names a write for a client that gave it no name.
     *
     * @return a fresh id
     */
    WriteId newWriteId();

    /**
     * The cluster's name.
     *
     * @return as configured
     */
    String cluster();

    /**
     * Where a key belongs.
     *
     * @param key the key
     * @return its place on the ring
     */
    Location locate(String key);

    /**
     * Who owns what, as this node knows it now.
     *
     * @return a snapshot
     */
    RingView ring();

    /**
     * Identifies the present {@link #ring}; cheap.
     *
     * @return its digest
     */
    long ringDigest();

    /**
     * Whether the node can be used.
     *
     * @return as of now
     */
    Health health();

    /**
     * Some keys of a store.
     *
     * @param keys those that have a value
     * @param next where the next page begins; empty after the last
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Page(List<String> keys, byte[] next) {}

    /**
     * The place of a key on the ring (Dynamo §4.2).
     *
     * @param position the upper 64 bits of its hash, unsigned
     * @param partition 0 to Q-1
     */
    record Location(long position, int partition) {}

    /**
     * The placement of a cluster.
     *
     * @param digest the same for the same placement
     * @param nowMillis the node's wall clock
     * @param members all of them
     * @param preferenceLists for each partition indexes of members, in the order in which they are responsible
     * @param stores those that the configuration names
     * @param storeDefaults all others
     */
    record RingView(
            long digest,
            long nowMillis,
            List<Member> members,
            List<List<Integer>> preferenceLists,
            List<StoreView> stores,
            StoreView storeDefaults) {}

    /**
     * What all nodes agree on about a store.
     *
     * @param name its name; empty for the defaults
     * @param n the replicas of a key
     * @param lastWriteWins whether concurrent writes are lost
     */
    record StoreView(String name, int n, boolean lastWriteWins) {}

    /**
     * One member of a cluster.
     *
     * @param id its node id
     * @param address where it listens
     * @param zone where it stands; may be empty
     */
    record Member(String id, Address address, String zone) {}
}
