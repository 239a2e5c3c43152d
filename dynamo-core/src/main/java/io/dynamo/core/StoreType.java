package io.dynamo.core;

import io.dynamo.api.Codec;
import io.dynamo.api.Reconciler;
import io.dynamo.api.ValueException;
import io.dynamo.core.causality.Version;
import java.util.Objects;

/**
 * What the application says about the values of a store.
 *
 * @param name the store's name
 * @param codec turns values into bytes
 * @param reconciler merges concurrent values
 */
record StoreType<V>(String name, Codec<V> codec, Reconciler<V> reconciler) {

    V decode(String key, Version version) {
        try {
            return codec.decode(Objects.requireNonNull(version.value(), "tombstones are not decoded"));
        } catch (RuntimeException e) {
            throw new ValueException(
                    "the codec of store " + name + " cannot read the value of key " + key + " (write "
                            + version.writeId() + "); the bytes are kept",
                    e);
        }
    }

    V merge(String key, V a, V b) {
        try {
            return Objects.requireNonNull(reconciler.merge(a, b), "a reconciler must not return null");
        } catch (RuntimeException e) {
            throw TypedRead.reconcilerFailed(name, key, e);
        }
    }
}
