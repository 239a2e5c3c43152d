package io.dynamo.core.sim;

import io.dynamo.core.config.NodeSettings;
import io.dynamo.spi.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The settings of simulated nodes: the defaults, but for few partitions, so that keys share lanes. */
final class SimulatedSettings {

    private static final int PARTITIONS = 16;

    private SimulatedSettings() {}

    static List<NodeSettings.Member> members(int nodes) {
        List<NodeSettings.Member> members = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            members.add(
                    new NodeSettings.Member(String.valueOf((char) ('a' + i)), new Address("virtual", i + 1), 1, ""));
        }
        return members;
    }

    static NodeSettings of(String id, List<NodeSettings.Member> members, SimulationProfile.Shape shape) {
        return new NodeSettings(
                id,
                new NodeSettings.Cluster(
                        "simulated", "secret", Math.max(PARTITIONS, members.size()), members, Duration.ofSeconds(10)),
                new NodeSettings.Limits(1 << 10, 1 << 20, 16 << 20, 25, 100, 64 << 10, 10_000, 64 << 10),
                new NodeSettings.Requests(
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(500),
                        0.1),
                store(shape),
                new TreeMap<>(),
                new TreeMap<>());
    }

    private static NodeSettings.StoreSettings store(SimulationProfile.Shape shape) {
        return new NodeSettings.StoreSettings(
                shape.n(),
                NodeSettings.Mode.SIBLINGS,
                Optional.empty(),
                true,
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
