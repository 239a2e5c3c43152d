package io.dynamo.core;

import io.dynamo.core.causality.Truncation;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.config.NodeSettings.Mode;
import io.dynamo.core.config.NodeSettings.StoreDurability;
import io.dynamo.core.config.NodeSettings.StoreSettings;
import io.dynamo.core.coordinate.CoordinatorParts;
import io.dynamo.core.coordinate.Slices;
import io.dynamo.core.coordinate.StorePolicy;
import io.dynamo.core.purge.PurgeParts;
import io.dynamo.core.repair.RepairParts;
import io.dynamo.core.replica.Keeping;
import io.dynamo.core.replica.PurgeAge;
import io.dynamo.spi.Durability;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The policy of each store. Thread: any. */
final class Stores {

    private final NodeSettings settings;
    private final Durability defaultDurability;
    private final Map<String, StorePolicy> configured = new TreeMap<>();

    Stores(NodeSettings settings, Durability defaultDurability) {
        this.settings = settings;
        this.defaultDurability = defaultDurability;
        settings.stores().forEach((name, store) -> configured.put(name, policy(name, store)));
    }

    /** N of a store. */
    int replicas(String name) {
        return settings.store(name).n();
    }

    /** How long requests may take, and which reads ask all replicas. */
    CoordinatorParts.Limits requestLimits() {
        NodeSettings.Requests requests = settings.requests();
        return new CoordinatorParts.Limits(
                requests.retryWindow().toMillis(),
                requests.hedgeMin().toNanos(),
                requests.hedgeMax().toNanos(),
                requests.repairSample());
    }

    /** How owners are compared. */
    RepairParts repair(CoordinatorParts shared, Slices slices) {
        NodeSettings.Repair repair = settings.repair();
        RepairParts.Limits limits = new RepairParts.Limits(
                repair.every().map(Duration::toNanos).orElse(0L),
                repair.objectsMax(),
                repair.exchangesMax(),
                settings.cluster().partitions(),
                settings.replicasMax());
        return new RepairParts(shared, limits, store -> policy(store).keeping().written(), slices, new AtomicInteger());
    }

    /** How what was deleted is removed; never where owners are not compared, as nobody would tell those that miss an order. */
    PurgeParts purge(CoordinatorParts shared) {
        return new PurgeParts(
                shared, purgeEvery(), settings.requests().messageLifetime().toNanos());
    }

    private long purgeEvery() {
        NodeSettings.Repair repair = settings.repair();
        return repair.every()
                .flatMap(every -> repair.purgeEvery())
                .map(Duration::toNanos)
                .orElse(0L);
    }

    /**
     * How old what was deleted has to be, and for how long a run has to be over: no frame, no session and no repeated write may still be about what was before, by
     * whatever clock.
     */
    PurgeAge purgeAge() {
        NodeSettings.Requests requests = settings.requests();
        long millis = Math.max(
                Math.max(
                        requests.messageLifetime().toMillis(),
                        requests.sessionLifetime().toMillis()),
                2 * requests.retryWindow().toMillis());
        return new PurgeAge(
                millis + requests.clockSkewMax().toMillis(),
                purgeEvery() > 0,
                settings.repair().purgeEntries().orElse(0));
    }

    StorePolicy policy(String name) {
        StorePolicy known = configured.get(name);
        return known != null ? known : policy(name, settings.storeDefaults());
    }

    private StorePolicy policy(String name, StoreSettings store) {
        Durability durability = store.durability()
                .map(chosen -> chosen == StoreDurability.SYNC ? Durability.SYNC : Durability.BUFFERED)
                .orElse(defaultDurability);
        NodeSettings.Limits limits = settings.limits();
        return new StorePolicy(
                name,
                store.n(),
                new Keeping(
                        durability,
                        store.mode() == Mode.LWW,
                        store.clockTruncation().orElse(Truncation.OFF),
                        false,
                        store.writeBuffer().orElse(0)),
                store.durability().filter(StoreDurability.ONE_OF_N::equals).isPresent(),
                store.blindPut(),
                limits.siblingsMax(),
                limits.siblingsWarn(),
                limits.recordBytesMax(),
                settings.requests().clockSkewMax().toMillis());
    }
}
