package io.dynamo.core.sim;

import io.dynamo.core.config.NodeSettings;
import io.dynamo.spi.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings of simulated nodes: the defaults, but for few partitions, so that keys share lanes. */
final class SimulatedSettings {

    static final int PARTITIONS = 16;

    /** Where deleted records are removed, that is so soon that a run sees it. */
    private static final Duration PURGING_AGE = Duration.ofSeconds(6);

    /** Where what earlier runs left is forgotten, a write may be repeated for longer than the wait of a proof takes. */
    static final Duration FORGETTING_RETRY_WINDOW = Duration.ofSeconds(10);

    /** A wiped node that nobody hears of serves in the end, and denies what it has lost: documented, and not looked for. */
    private static final Duration JUDGED_WITHIN = Duration.ofMinutes(10);

    private SimulatedSettings() {}

    static List<NodeSettings.Member> members(int nodes) {
        List<NodeSettings.Member> members = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            members.add(
                    new NodeSettings.Member(String.valueOf((char) ('a' + i)), new Address("virtual", i + 1), 1, ""));
        }
        return members;
    }

    static int partitions(SimulationProfile.Shape shape) {
        return Math.max(PARTITIONS, shape.nodes());
    }

    static NodeSettings of(String id, List<NodeSettings.Member> members, SimulationProfile profile) {
        SimulationProfile.Shape shape = profile.shape();
        Optional<Duration> purgeEvery =
                Optional.of(profile.bounds().purgeEvery()).filter(every -> !every.isZero());
        int siblingsMax = profile.bounds().siblingsMax();
        return new NodeSettings(
                id,
                new NodeSettings.Cluster("simulated", "secret", partitions(shape), members, JUDGED_WITHIN),
                new NodeSettings.Limits(
                        1 << 10,
                        1 << 20,
                        16 << 20,
                        Math.min(25, siblingsMax),
                        siblingsMax,
                        64 << 10,
                        profile.bounds().inFlightMax(),
                        4_096,
                        64 << 10,
                        new NodeSettings.Chunks(64 << 10, 64, Duration.ofSeconds(2)),
                        new NodeSettings.Hints(1 << 20, 1 << 20, Optional.empty()),
                        Duration.ofMillis(50)),
                new NodeSettings.Requests(
                        retryWindow(profile.bounds()),
                        purgeEvery.isEmpty() ? Duration.ofHours(1) : PURGING_AGE,
                        purgeEvery.isEmpty()
                                ? Duration.ofMinutes(1)
                                : profile.clocks().skewMax().multipliedBy(2).plusSeconds(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(500),
                        shape.repairSample(),
                        purgeEvery.isEmpty() ? Duration.ofMinutes(1) : PURGING_AGE),
                // Short holds, so that a node that is held down for ever is told from one that is only held long.
                new NodeSettings.Detector(Duration.ofMillis(800), Duration.ofSeconds(3)),
                new NodeSettings.Repair(
                        Optional.of(profile.bounds().repairEvery()).filter(every -> !every.isZero()),
                        16,
                        4,
                        1 << 20,
                        purgeEvery,
                        Optional.of(profile.bounds().forgetting()).filter(entries -> entries > 0)),
                store(profile, NodeSettings.Mode.SIBLINGS),
                stores(profile),
                new TreeMap<>());
    }

    private static Duration retryWindow(SimulationProfile.Bounds bounds) {
        if (bounds.purgeEvery().isZero()) {
            return Duration.ofMinutes(5);
        }
        return bounds.forgetting() > 0 ? FORGETTING_RETRY_WINDOW : PURGING_AGE.dividedBy(2);
    }

    private static Map<String, NodeSettings.StoreSettings> stores(SimulationProfile profile) {
        Map<String, NodeSettings.StoreSettings> stores = new TreeMap<>();
        stores.put(SimulatedCluster.LWW_STORE, store(profile, NodeSettings.Mode.LWW));
        return stores;
    }

    private static Optional<NodeSettings.StoreDurability> durability(SimulationProfile.Promise promise) {
        return promise.oneOfN()
                ? Optional.of(NodeSettings.StoreDurability.ONE_OF_N)
                : Optional.of(NodeSettings.StoreDurability.BUFFERED).filter(buffered -> promise.writeBuffer() > 0);
    }

    private static NodeSettings.StoreSettings store(SimulationProfile profile, NodeSettings.Mode mode) {
        SimulationProfile.Shape shape = profile.shape();
        SimulationProfile.Promise promise = profile.bounds().promise();
        return new NodeSettings.StoreSettings(
                shape.n(),
                mode,
                durability(promise),
                Optional.of(promise.writeBuffer()).filter(most -> most > 0),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new NodeSettings.RequestDefaults(
                        Optional.of(shape.r()),
                        Optional.of(shape.w()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.empty()));
    }
}
