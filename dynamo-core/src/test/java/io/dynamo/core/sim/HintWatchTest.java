package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Hints that an earlier run left: their judge, and what becomes of them while everything fails now and then. */
class HintWatchTest {

    private static final int SEEDS = 40;
    private static final int HINTS = 30;
    private static final SimulationProfile.Shape SHAPE = new SimulationProfile.Shape(5, 3, 2, 2, 2, true, 0);
    private static final SimulationProfile CALM = SimulationProfile.calm().with(SHAPE);
    private static final SimulationProfile ROUGH = CALM.with(new SimulationProfile.Network(
            0.1, 0.1, Duration.ofNanos(200_000), Duration.ofMillis(20), 0.02, false, 0.1, 0.05, 4 << 20));

    private static VersionSet set(int number) {
        Dot dot = new Dot(new Actor(1, 2, number), 1);
        Version version = new Version(
                dot,
                1,
                0,
                new WriteId(1_600_000_000_000L, number),
                Values.of("k", number).getBytes());
        return VersionSet.of(CausalContext.EMPTY.with(dot), List.of(version));
    }

    private static byte[] hint(VersionSet set, List<String> targets) {
        int bytes = targets.stream().mapToInt(target -> 1 + target.length()).sum();
        ByteBuffer out = ByteBuffer.allocate(15 + bytes + set.encoded().length);
        out.put((byte) 1).putInt(0).putLong(5).put((byte) targets.size());
        targets.forEach(target -> out.put((byte) target.length()).put(target.getBytes(StandardCharsets.UTF_8)));
        out.put((byte) 0).put(set.encoded());
        CRC32C crc = new CRC32C();
        crc.update(out.array(), 5, out.capacity() - 5);
        return out.putInt(1, (int) crc.getValue()).array();
    }

    private static StoredKey key(String name) {
        return StoredKey.of(Plan.SIBLINGS, name.getBytes(StandardCharsets.UTF_8), SimulatedSettings.partitions(SHAPE));
    }

    private static void write(SimulatedCluster cluster, String id, WriteBatch batch) {
        VirtualDisk disk = cluster.machine(id).disk;
        disk.accept(batch, 0);
        assertThat(disk.write(batch, true)).isNull();
    }

    @Test
    void judge_readsTheBytesOnDisk() throws IOException {
        String hex =
                Files.readString(Path.of("src/test/resources/golden/hint.hex")).strip();

        HintWatch.Hint hint = HintWatch.parse(HexFormat.of().parseHex(hex));

        assertThat(hint.targets()).containsExactly("b", "node-c");
        assertThat(hint.set().versions()).hasSize(1);
    }

    @Test
    void hintLetGoBeforeItsTargetHasIt_isFound() {
        SimulatedCluster cluster = new SimulatedCluster(1, CALM);
        byte[] key = key("k").bytes();
        write(cluster, "d", new WriteBatch().put(Space.HINTS, key, hint(set(1), List.of("a", "b"))));
        Watch watch = new Watch(cluster, SimulationProfile.calm().with(SHAPE));

        write(cluster, "d", new WriteBatch().put(Space.HINTS, key, hint(set(1), List.of("b"))));
        assertThat(watch.judge()).anyMatch(found -> found.startsWith("HINT things/k: d lets go what it kept for a"));

        Watch other = new Watch(cluster, SimulationProfile.calm().with(SHAPE));
        ByteBuffer record = ByteBuffer.allocate(6 + set(1).encoded().length).put(6, set(1).encoded());
        write(cluster, "b", new WriteBatch().put(Space.RECORDS, key, record.array()));
        write(cluster, "d", new WriteBatch().delete(Space.HINTS, key));
        assertThat(other.judge()).noneMatch(found -> found.startsWith("HINT"));
    }

    @Test
    void hints_whileFramesAreLostAndDisksFailAndNodesCrash_reachTheirTargets() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed, ROUGH);
            Watch watch = new Watch(cluster, SimulationProfile.calm().with(SHAPE));
            cluster.crash("d");
            List<String> names = leave(cluster);
            Chance chance = cluster.universe().chance("test");
            for (String id : cluster.ids()) {
                cluster.machine(id)
                        .disk
                        .become(new SimulationProfile.Disk(
                                Duration.ofNanos(50_000), Duration.ofMillis(5), 0.05, 0.05, 0.02, 0));
            }
            cluster.restart("d");
            for (int i = 0; i < 12; i++) {
                String id = cluster.ids().get(chance.below(5));
                cluster.crash(id);
                cluster.run(Duration.ofMillis(500 + chance.below(1_000)));
                cluster.restart(id);
                cluster.run(Duration.ofMillis(chance.below(1_500)));
            }
            cluster.heal();
            cluster.runUntil(
                    () -> cluster.machine("d")
                            .disk
                            .scan(Space.HINTS, new byte[0], null)
                            .isEmpty(),
                    Duration.ofSeconds(30));

            assertThat(cluster.machine("d").disk.scan(Space.HINTS, new byte[0], null))
                    .as("left with seed " + seed)
                    .isEmpty();
            assertThat(watch.judge()).as("seed " + seed).noneMatch(found -> found.matches("(HINT|I9|BROKEN).*"));
            for (int number = 0; number < names.size(); number++) {
                for (String owner : Simulation.owners(SHAPE, Plan.SIBLINGS, names.get(number))) {
                    byte[] record = cluster.machine(owner)
                            .disk
                            .synced(Space.RECORDS, key(names.get(number)).bytes());
                    assertThat(DotLedger.setIn(record)).as("seed " + seed).isEqualTo(set(number));
                }
            }
        }
    }

    /** What an earlier run of d keeps for all owners of some keys. */
    private static List<String> leave(SimulatedCluster cluster) {
        List<String> names = new ArrayList<>();
        WriteBatch batch = new WriteBatch();
        for (int i = 0; names.size() < HINTS; i++) {
            List<String> owners = Simulation.owners(SHAPE, Plan.SIBLINGS, "k" + i);
            if (!owners.contains("d")) {
                batch.put(Space.HINTS, key("k" + i).bytes(), hint(set(names.size()), owners));
                names.add("k" + i);
            }
        }
        write(cluster, "d", batch);
        return names;
    }
}
