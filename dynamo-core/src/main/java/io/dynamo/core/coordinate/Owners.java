package io.dynamo.core.coordinate;

import io.dynamo.core.replica.Holding;
import io.dynamo.core.replica.OwnedKeys;
import io.dynamo.core.replica.StoredKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Who keeps a key by the present route: the first N of its list. Thread: any. */
public final class Owners implements OwnedKeys {

    private final Supplier<Route> route;
    private final ToIntFunction<String> replicas;

    /**
     * Looks owners up.
     *
     * @param route the present snapshot
     * @param replicas N of a store
     */
    public Owners(Supplier<Route> route, ToIntFunction<String> replicas) {
        this.route = route;
        this.replicas = replicas;
    }

    @Override
    public boolean owns(StoredKey key) {
        Peer[] list = list(key);
        int n = Math.min(list.length, replicas.applyAsInt(key.store()));
        for (int rank = 0; rank < n; rank++) {
            if (list[rank].isSelf()) {
                return true;
            }
        }
        return false;
    }

    /**
     * An owner by its id.
     *
     * @param key the key
     * @param id a node id
     * @return null if it is none of the key's owners
     */
    public @Nullable Peer owner(StoredKey key, String id) {
        Peer[] list = list(key);
        int n = Math.min(list.length, replicas.applyAsInt(key.store()));
        for (int rank = 0; rank < n; rank++) {
            if (list[rank].id().equals(id)) {
                return list[rank];
            }
        }
        return null;
    }

    /**
     * As what this node keeps a key that it mints for: one of the owners, or a stand-in for all of them.
     *
     * @param key the key
     * @return a stand-in's names every owner
     */
    public Holding holding(StoredKey key) {
        return owns(key) ? Holding.OWNER : Holding.standIn(ids(key));
    }

    /**
     * All owners of a key.
     *
     * @param key the key
     * @return their ids, in the order of the list
     */
    public List<String> ids(StoredKey key) {
        Peer[] list = list(key);
        int n = Math.min(list.length, replicas.applyAsInt(key.store()));
        List<String> ids = new ArrayList<>(n);
        for (int rank = 0; rank < n; rank++) {
            ids.add(list[rank].id());
        }
        return ids;
    }

    private Peer[] list(StoredKey key) {
        return route.get().preferenceList(key.partition());
    }
}
