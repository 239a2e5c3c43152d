package io.dynamo.core.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.core.storage.MemoryStorageProvider;
import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is counted is what is on disk, whatever changes while an earlier run's hints are being found. */
class LaneHintsTest {

    private static final int PARTITIONS = 4;
    private static final int LEFT = 1_000;

    private final StorageEngine engine = new MemoryStorageProvider()
            .configure(new PluginConfig("storage.memory", new TreeMap<>()))
            .open();
    private final Hints all = new Hints(1 << 20);
    private final HintStore store = new HintStore(engine, all);
    private final List<StoredKey> keys = new ArrayList<>();

    private static Held held(long since, String... targets) {
        return HintCodecTest.sample().keptFor(new Hint(List.of(targets), since));
    }

    private void leaveByAnEarlierRun() {
        WriteBatch batch = new WriteBatch();
        for (int i = 0; i < LEFT; i++) {
            StoredKey key = StoredKey.of("s", ("k" + i).getBytes(), PARTITIONS);
            keys.add(key);
            batch.put(Space.HINTS, key.bytes(), HintCodec.encode(held(100 + i, "b")));
        }
        engine.write(batch, Durability.SYNC, failure -> {});
        for (int partition = 0; partition < PARTITIONS; partition++) {
            store.mayHoldIn(partition);
        }
    }

    private void change(StoredKey key, Held before, Held after, boolean fails) {
        Commit commit = new Commit();
        store.stage(key, before, after, commit);
        if (!fails) {
            engine.write(commit.writes, Durability.SYNC, failure -> {});
        }
        store.finished(commit, fails);
    }

    private void assertCountedAsOnDisk() {
        long bytes = 0;
        long count = 0;
        try (StorageEngine.Scan scan = engine.scan(Space.HINTS, new byte[0], null)) {
            while (scan.hasNext()) {
                var entry = scan.next();
                bytes += entry.getKey().length + entry.getValue().length;
                count++;
            }
        }
        assertThat(all.figures().bytes()).isEqualTo(bytes);
        assertThat(all.figures().count()).isEqualTo(count);
    }

    @Test
    void keysThatChangeBeforeTheScanIsThere_areCountedOnce() {
        leaveByAnEarlierRun();
        int slices = 0;
        boolean more = true;
        while (more) {
            more = store.countMore();
            int at = slices++ * 7;
            change(keys.get(at), held(100 + at, "b"), Held.NONE, false);
            change(keys.get(at + 1), held(101 + at, "b"), held(101 + at, "b", "c"), false);
            change(keys.get(at + 2), held(102 + at, "b"), Held.NONE, true);
            StoredKey fresh = StoredKey.of("s", ("new" + at).getBytes(), PARTITIONS);
            change(fresh, Held.NONE, held(5_000, "c"), false);
            change(StoredKey.of("s", ("lost" + at).getBytes(), PARTITIONS), Held.NONE, held(5_000, "c"), true);
        }

        assertThat(slices).as("in slices").isGreaterThan(2);
        assertCountedAsOnDisk();
        assertThat(all.figures().byTarget().get("b").count()).isEqualTo(LEFT - slices);
        assertThat(all.figures().byTarget().get("c").count()).isEqualTo(2L * slices);
    }

    @Test
    void oldest_movesOnWithTheRounds() {
        StoredKey old = StoredKey.of("s", new byte[] {1}, PARTITIONS);
        StoredKey young = StoredKey.of("s", new byte[] {2}, PARTITIONS);
        change(old, Held.NONE, held(100, "b"), false);
        change(young, Held.NONE, held(200, "b"), false);
        assertThat(all.figures().byTarget().get("b")).isEqualTo(new Hints.Waiting(2, 100));

        change(old, held(100, "b"), Held.NONE, false);
        store.counts().roundBegins();
        store.counts().met(held(200, "b"));
        store.counts().roundEnds();

        assertThat(all.figures().byTarget().get("b")).isEqualTo(new Hints.Waiting(1, 200));
    }

    @Test
    void roomIsFreeWhenTheDeleteIsDurable_andNotBefore() {
        StoredKey key = StoredKey.of("s", new byte[] {1}, PARTITIONS);
        Held one = held(1, "b");
        Hints small = new Hints(LaneHints.size(key, one));
        HintStore bounded = new HintStore(engine, small);
        Commit put = new Commit();
        bounded.stage(key, Held.NONE, one, put);
        bounded.finished(put, false);
        StoredKey other = StoredKey.of("s", new byte[] {2}, PARTITIONS);

        Commit delete = new Commit();
        bounded.stage(key, one, Held.NONE, delete);
        Commit next = new Commit();
        assertThatThrownBy(() -> bounded.stage(other, Held.NONE, one, next)).isInstanceOf(HintsFullException.class);
        assertThat(next.writes.isEmpty()).isTrue();
        bounded.finished(delete, false);
        bounded.stage(other, Held.NONE, one, next);

        assertThat(small.figures().bytes()).isEqualTo(LaneHints.size(other, one));
        assertThat(small.figures().refused()).isEqualTo(1);
    }
}
