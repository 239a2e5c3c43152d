package io.dynamo.api;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * The words of {@link Store}, answered through {@link CompletionStage}s.
 *
 * <p>Thread: never blocks. Stages complete on the node's callback threads, never on an I/O thread; a stage fails with the
 * exception the blocking call would throw. The stage of an operation that is refused at once, beyond
 * {@code limits.in-flight}, has failed when it is returned.
 *
 * @param <V> the value type
 */
public interface AsyncStore<V> {

    /**
     * See {@link Store#get}.
     *
     * @param key the key
     * @param options for this request
     * @return the read
     */
    CompletionStage<Read<V>> get(String key, Option... options);

    /**
     * See {@link Store#put}.
     *
     * @param key the key
     * @param value the value
     * @param context what the caller has seen
     * @param options for this request
     * @return the receipt
     */
    CompletionStage<Written> put(String key, V value, Context context, Option... options);

    /**
     * See {@link Store#update}.
     *
     * @param key the key
     * @param change from the present value to the new one
     * @param options for this request
     * @return what was written
     */
    CompletionStage<Optional<V>> update(String key, UnaryOperator<Optional<V>> change, Option... options);

    /**
     * See {@link Store#delete}.
     *
     * @param key the key
     * @param context what the caller has seen
     * @param options for this request
     * @return the receipt
     */
    CompletionStage<Written> delete(String key, Context context, Option... options);

    /**
     * See {@link Store#keys}.
     *
     * @param options for this request
     * @return all keys
     */
    CompletionStage<List<String>> keys(Option... options);
}
