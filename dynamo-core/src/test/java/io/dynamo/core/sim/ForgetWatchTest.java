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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Forgetting is judged: by hand-made records on disks. */
class ForgetWatchTest {

    private static final SimulationProfile.Shape SHAPE = new SimulationProfile.Shape(4, 3, 2, 2, 2, true, 0);
    private static final SimulationProfile CALM = SimulationProfile.calm().with(SHAPE);
    private static final StoredKey KEY =
            StoredKey.of(Plan.SIBLINGS, "k".getBytes(StandardCharsets.UTF_8), SimulatedSettings.partitions(SHAPE));
    private static final Actor OLD = new Actor(1, 2, 3);
    private static final Actor NEW = new Actor(4, 5, 6);
    private static final CausalContext BOTH = CausalContext.of(List.of(new Dot(OLD, 1), new Dot(NEW, 1)), List.of());

    private final SimulatedCluster cluster = new SimulatedCluster(1, CALM);
    private final List<String> owners = Simulation.owners(SHAPE, Plan.SIBLINGS, "k");
    private final String standIn = cluster.ids().stream()
            .filter(id -> !owners.contains(id))
            .findFirst()
            .orElseThrow();
    private final Watch watch = new Watch(cluster, CALM);

    private static VersionSet set(CausalContext context, Actor live, long idMillis) {
        Version version = new Version(
                new Dot(live, 1),
                1,
                0,
                new WriteId(idMillis, 7),
                Values.of("k", 7).getBytes(StandardCharsets.UTF_8));
        return VersionSet.of(context, List.of(version));
    }

    private static VersionSet set(CausalContext context, Actor live) {
        return set(context, live, 1);
    }

    private void write(String id, VersionSet set) {
        ByteBuffer record = ByteBuffer.allocate(6 + set.encoded().length).put(6, set.encoded());
        write(id, new WriteBatch().put(Space.RECORDS, KEY.bytes(), record.array()));
    }

    private void write(String id, WriteBatch batch) {
        VirtualDisk disk = cluster.machine(id).disk;
        disk.accept(batch, 0);
        assertThat(disk.write(batch, true)).isNull();
    }

    private void keep(VersionSet set) {
        ByteBuffer hint = ByteBuffer.allocate(15 + 2 + set.encoded().length);
        hint.put((byte) 1).putInt(0).putLong(5).put((byte) 1);
        hint.put((byte) 1).put(owners.get(0).getBytes(StandardCharsets.UTF_8));
        hint.put((byte) 0).put(set.encoded());
        write(standIn, new WriteBatch().put(Space.HINTS, KEY.bytes(), hint.array()));
    }

    private void forget(String id) {
        write(id, set(CausalContext.EMPTY, NEW));
    }

    private List<String> found() {
        return watch.judge().stream()
                .filter(one -> one.startsWith("I3") || one.startsWith("I5"))
                .toList();
    }

    @Test
    void entriesThatEveryOwnerKnows_mayGoEverywhere() {
        owners.forEach(id -> write(id, set(BOTH, NEW)));
        owners.forEach(this::forget);
        assertThat(found()).isEmpty();
        assertThat(watch.forgotten()).isEqualTo(3);
    }

    @Test
    void ownerThatDoesNotKnowThem_isFound() {
        write(owners.get(0), set(BOTH, NEW));
        write(owners.get(1), set(BOTH, NEW));
        forget(owners.get(0));
        assertThat(found()).singleElement().asString().contains("the disk of " + owners.get(2) + " does not know");
    }

    @Test
    void ownerWhereAVersionOfThemLives_isFound() {
        write(owners.get(0), set(BOTH, NEW));
        write(owners.get(1), set(BOTH, NEW));
        write(owners.get(2), set(BOTH, OLD));
        forget(owners.get(0));
        assertThat(found()).singleElement().asString().contains("lives at " + owners.get(2));
    }

    @Test
    void versionOfThemThatIsKeptForOthers_isFound() {
        owners.forEach(id -> write(id, set(BOTH, NEW)));
        keep(set(CausalContext.EMPTY, OLD));
        forget(owners.get(0));
        assertThat(found()).singleElement().asString().contains(standIn + " keeps a version of that");
    }

    @Test
    void versionOfThemThatComesBack_isFound() {
        owners.forEach(id -> write(id, set(BOTH, NEW)));
        owners.forEach(this::forget);
        write(owners.get(1), set(BOTH, OLD));
        assertThat(found()).isNotEmpty().allMatch(one -> one.contains(owners.get(1) + " stores"));
    }

    @Test
    void writeThatMayBeRepeated_isFound() {
        long now = cluster.machine(owners.get(0))
                .clock
                .wallMillis(cluster.universe().nowNanos());
        write(owners.get(0), set(BOTH, OLD, now));
        owners.forEach(id -> write(id, set(BOTH, NEW)));
        forget(owners.get(0));
        assertThat(found()).singleElement().asString().startsWith("I3").contains("may be repeated");
    }
}
