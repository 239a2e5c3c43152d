package io.dynamo.remote;

import io.dynamo.api.Context;
import io.dynamo.api.Read;
import io.dynamo.api.Trace;
import io.dynamo.remote.proto.GetResponse;
import java.util.List;
import java.util.Optional;

/**
 * What a read found, decoded.
 *
 * @param type the store's side of the application
 * @param key the key
 * @param siblings the concurrent values
 * @param latest which of them is the latest
 * @param context what the read has seen
 * @param sessionExpired whether the read may be older than its session
 * @param trace what it did
 */
record RemoteRead<V>(
        ValueType<V> type,
        String key,
        List<V> siblings,
        int latest,
        Context context,
        boolean sessionExpired,
        Trace trace)
        implements Read<V> {

    static <V> RemoteRead<V> of(ValueType<V> type, String key, GetResponse response) {
        List<V> values = response.getValuesList().stream()
                .map(value -> type.decode(key, value.getData().toByteArray()))
                .toList();
        return new RemoteRead<>(
                type,
                key,
                values,
                response.getLatest(),
                Context.ofBytes(response.getContext().toByteArray()),
                response.getSessionExpired(),
                Words.trace(response.getTraceList()));
    }

    @Override
    public Optional<V> value() {
        return type.reconciled(key, siblings, latest);
    }

    @Override
    public String toString() {
        return type.name() + "/" + key + "=" + siblings;
    }
}
