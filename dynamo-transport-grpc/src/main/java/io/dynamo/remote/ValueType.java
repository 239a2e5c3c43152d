package io.dynamo.remote;

import io.dynamo.api.Codec;
import io.dynamo.api.ConflictException;
import io.dynamo.api.Reconciler;
import io.dynamo.api.ValueException;
import java.util.List;
import java.util.Optional;

/**
 * The application's side of a store.
 *
 * @param name the store's name
 * @param codec turns values into bytes
 * @param reconciler merges concurrent values
 */
record ValueType<V>(String name, Codec<V> codec, Reconciler<V> reconciler) {

    V decode(String key, byte[] bytes) {
        try {
            return codec.decode(bytes);
        } catch (RuntimeException e) {
            throw new ValueException("the codec of store " + name + " cannot read key " + key, e);
        }
    }

    /** One value of several, as the store's reconciler has it. */
    Optional<V> reconciled(String key, List<V> values, int latest) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() == 1) {
            return Optional.of(values.get(0));
        }
        if (reconciler == Reconciler.<V>siblings()) {
            throw new ConflictException(name + "/" + key + " has " + values.size() + " concurrent values", values);
        }
        return Optional.of(reconciler == Reconciler.<V>lastWriteWins() ? values.get(latest) : merged(key, values));
    }

    private V merged(String key, List<V> values) {
        try {
            V merged = values.get(0);
            for (V value : values.subList(1, values.size())) {
                merged = reconciler.merge(merged, value);
            }
            return merged;
        } catch (RuntimeException e) {
            throw new ValueException(
                    "the reconciler of store " + name + " failed on key " + key + "; the siblings are left as they are",
                    e);
        }
    }
}
