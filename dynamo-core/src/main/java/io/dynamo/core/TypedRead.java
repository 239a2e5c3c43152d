package io.dynamo.core;

import io.dynamo.api.ConflictException;
import io.dynamo.api.Context;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Trace;
import io.dynamo.api.ValueException;
import io.dynamo.core.causality.Version;
import io.dynamo.core.coordinate.ReadResult;
import java.util.List;
import java.util.Optional;

/** What a read found, decoded. */
final class TypedRead<V> implements Read<V>, Answered {

    private final StoreType<V> type;
    private final String key;
    private final List<Version> versions;
    private final List<V> values;
    private final Context context;
    private final ReadResult result;

    TypedRead(StoreType<V> type, String key, List<Version> versions, Context context, ReadResult result) {
        this.type = type;
        this.key = key;
        this.versions = versions;
        this.values = decode(type, key, versions);
        this.context = context;
        this.result = result;
    }

    private static <V> List<V> decode(StoreType<V> type, String key, List<Version> versions) {
        if (versions.size() == 1) {
            return List.of(type.decode(key, versions.get(0)));
        }
        return versions.stream().map(version -> type.decode(key, version)).toList();
    }

    @Override
    public Optional<V> value() {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        if (values.size() == 1) {
            return Optional.of(values.get(0));
        }
        if (type.reconciler() == Reconciler.<V>siblings()) {
            throw new ConflictException(
                    type.name() + "/" + key + " has " + values.size() + " concurrent values", values);
        }
        return Optional.of(type.reconciler() == Reconciler.<V>lastWriteWins() ? latest() : merged());
    }

    private V latest() {
        int latest = 0;
        for (int i = 1; i < versions.size(); i++) {
            latest = versions.get(i).winsOver(versions.get(latest)) ? i : latest;
        }
        return values.get(latest);
    }

    private V merged() {
        V merged = values.get(0);
        for (V value : values.subList(1, values.size())) {
            merged = type.merge(key, merged, value);
        }
        return merged;
    }

    @Override
    public List<V> siblings() {
        return values;
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public boolean sessionExpired() {
        return result.sessionExpired();
    }

    @Override
    public Trace trace() {
        return result.trace();
    }

    @Override
    public List<String> answered() {
        return result.answered();
    }

    @Override
    public String toString() {
        return type.name() + "/" + key + "=" + values;
    }

    static ValueException reconcilerFailed(String store, String key, RuntimeException cause) {
        return new ValueException(
                "the reconciler of store " + store + " failed on key " + key + "; the siblings are left as they are",
                cause);
    }
}
