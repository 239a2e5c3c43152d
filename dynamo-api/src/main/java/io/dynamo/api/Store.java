package io.dynamo.api;

import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A named set of keys with values of one type, replicated on N nodes.
 *
 * <p>Thread: any application thread; calls block for at most the request timeout, and a second more if the node itself
 * stands still. A call from one of the node's own threads (a callback of {@link AsyncStore}) throws
 * {@link IllegalStateException} and says what to do instead. An interrupt ends the wait, of a write with outcome
 * {@link Outcome#UNKNOWN} and its write id, and keeps the interrupt flag.
 *
 * <p>Limits: beyond {@code limits.in-flight} operations under way on the node, a call fails at once with
 * {@link OverloadedException}.
 *
 * <p>Errors: {@link IllegalArgumentException} for a key or value that is empty or too long, or an impossible option; a
 * subtype of {@link DynamoException} for a failed operation.
 *
 * @param <V> the value type
 */
public interface Store<V> {

    /**
     * Reads a key (Dynamo §4.5): asks R replicas and merges what they hold.
     *
     * @param key 1 byte to 1 KiB as UTF-8
     * @param options for this request
     * @return value, siblings and context
     */
    Read<V> get(String key, Option... options);

    /**
     * Writes a key (Dynamo §4.5): replaces the versions that the context covers, and nothing else.
     *
     * @param key 1 byte to 1 KiB as UTF-8
     * @param value encoded to at most the configured {@code limits.value}
     * @param context of the read, or of the previous write, that this write builds on
     * @param options for this request
     * @return the receipt, with the context for a following write
     */
    Written put(String key, V value, Context context, Option... options);

    /**
     * Reads, merges, changes and writes. The function runs again only if its write was certainly not applied; it must
     * have no side effects.
     *
     * @param key 1 byte to 1 KiB as UTF-8
     * @param change from the present value, empty if there is none, to the new one, empty to delete
     * @param options for this request
     * @return what was written
     */
    Optional<V> update(String key, UnaryOperator<Optional<V>> change, Option... options);

    /**
     * Deletes the versions that the context covers; a concurrent write survives.
     *
     * @param key 1 byte to 1 KiB as UTF-8
     * @param context of the read that this delete builds on
     * @param options for this request
     * @return the receipt
     */
    Written delete(String key, Context context, Option... options);

    /**
     * All keys of this store in the whole cluster that have a value, each once, in no particular order. Costs a scan of
     * every partition on R replicas.
     *
     * @param options for this request
     * @return the keys; read lazily, close it when done
     * @throws QuorumException while reading, if a part of the cluster is out of reach: never a partial list
     */
    Stream<String> keys(Option... options);

    /**
     * The same words without blocking.
     *
     * @return a view of this store
     */
    AsyncStore<V> async();
}
