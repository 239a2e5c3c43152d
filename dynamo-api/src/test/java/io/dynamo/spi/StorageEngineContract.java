package io.dynamo.spi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.spi.StorageEngine.Scan;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every storage engine must do. Extend it in the tests of an engine and say how to open one.
 *
 * <p>Limits: an engine has to take values of 1 MiB and 64 MiB in all.
 */
@Timeout(120)
public abstract class StorageEngineContract extends StorageEngineFixture {

    @Test
    void get_unknownKey_isNull() {
        assertThat(engine.get(Space.RECORDS, bytes("nothing"))).isNull();
        assertThat(keys(Space.RECORDS, EMPTY, null)).isEmpty();
    }

    @Test
    void put_thenGet_givesTheLastValue() {
        put("a", "1");
        assertThat(value("a")).isEqualTo("1");
        put("a", "2");
        assertThat(value("a")).isEqualTo("2");
    }

    @Test
    void valuesThatWereGivenOrTaken_areNeverChanged() {
        byte[] taken = bytes("first");
        write(new WriteBatch().put(Space.RECORDS, bytes("a"), taken));
        put("b", "other");
        byte[] got = engine.get(Space.RECORDS, bytes("a"));
        List<Map.Entry<byte[], byte[]>> scanned = entries(Space.RECORDS, EMPTY, null);
        put("a", "again");
        assertThat(value("a")).isEqualTo("again");
        assertThat(entries(Space.RECORDS, EMPTY, null)).hasSize(2);

        assertThat(got).isEqualTo(taken).isEqualTo(bytes("first"));
        assertThat(scanned.get(0).getValue()).isEqualTo(bytes("first"));
        assertThat(scanned.get(1).getValue()).isEqualTo(bytes("other"));
        assertThat(scanned.get(0).getKey()).isEqualTo(bytes("a"));
    }

    @Test
    void delete_removesOneKey_andIsIdempotent() {
        put("a", "1");
        put("b", "2");
        write(new WriteBatch().delete(Space.RECORDS, bytes("a")));
        write(new WriteBatch().delete(Space.RECORDS, bytes("a")));
        assertThat(value("a")).isNull();
        assertThat(value("b")).isEqualTo("2");
    }

    @Test
    void deleteRange_removesFromInclusiveToExclusive() {
        for (String key : List.of("a", "b", "bb", "c", "d")) {
            put(key, key);
        }
        write(new WriteBatch().deleteRange(Space.RECORDS, bytes("b"), bytes("c")));
        assertThat(keys(Space.RECORDS, EMPTY, null)).containsExactly("a", "c", "d");
        assertThat(value("bb")).isNull();
    }

    @Test
    void deleteRange_emptyOrReversed_removesNothing() {
        put("b", "1");
        write(new WriteBatch().deleteRange(Space.RECORDS, bytes("b"), bytes("b")));
        write(new WriteBatch()
                .deleteRange(Space.RECORDS, bytes("c"), bytes("a"))
                .put(Space.META, bytes("m"), bytes("x")));
        assertThat(value("b")).isEqualTo("1");
        assertThat(engine.get(Space.META, bytes("m"))).isEqualTo(bytes("x"));
    }

    @Test
    void scan_order_isByUnsignedBytes() {
        List<byte[]> ordered = List.of(
                EMPTY,
                new byte[] {0},
                new byte[] {0, 0},
                new byte[] {1},
                new byte[] {0x7f},
                new byte[] {0x7f, (byte) 0xff},
                new byte[] {(byte) 0x80},
                new byte[] {(byte) 0xff},
                new byte[] {(byte) 0xff, 0});
        for (int i : new int[] {4, 8, 0, 6, 2, 1, 7, 3, 5}) {
            write(new WriteBatch().put(Space.META, ordered.get(i), new byte[] {(byte) i}));
        }
        assertThat(entries(Space.META, EMPTY, null).stream()
                        .map(Map.Entry::getKey)
                        .toList())
                .usingElementComparator(Arrays::compareUnsigned)
                .containsExactlyElementsOf(ordered);
    }

    @Test
    void spaces_sameKey_areSeparate() {
        WriteBatch batch = new WriteBatch();
        for (Space space : Space.values()) {
            batch.put(space, bytes("k"), bytes(space.name()));
        }
        write(batch);
        write(new WriteBatch().deleteRange(Space.HINTS, EMPTY, bytes("z")).delete(Space.META, bytes("k")));
        assertThat(engine.get(Space.HINTS, bytes("k"))).isNull();
        assertThat(engine.get(Space.META, bytes("k"))).isNull();
        assertThat(engine.get(Space.RECORDS, bytes("k"))).isEqualTo(bytes("RECORDS"));
        assertThat(keys(Space.WRITE_IDS, EMPTY, null)).containsExactly("k");
    }

    @Test
    void emptyKeysAndValues_areKept() {
        write(new WriteBatch().put(Space.RECORDS, EMPTY, EMPTY).put(Space.RECORDS, bytes("a"), EMPTY));
        assertThat(engine.get(Space.RECORDS, EMPTY)).isNotNull().isEmpty();
        assertThat(keys(Space.RECORDS, EMPTY, null)).containsExactly("", "a");
        write(new WriteBatch().delete(Space.RECORDS, EMPTY));
        assertThat(engine.get(Space.RECORDS, EMPTY)).isNull();
        assertThat(engine.get(Space.RECORDS, bytes("a"))).isNotNull().isEmpty();
    }

    @Test
    void largeValues_areKept() {
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        for (int i = 0; i < 8; i++) {
            write(new WriteBatch().put(Space.RECORDS, bytes("large" + i), large.clone()));
        }
        assertThat(engine.get(Space.RECORDS, bytes("large7"))).isEqualTo(large);
        assertThat(entries(Space.RECORDS, EMPTY, null))
                .hasSize(8)
                .allSatisfy(entry -> assertThat(entry.getValue()).isEqualTo(large));
    }

    @Test
    void batch_changes_areAppliedInOrder() {
        put("b", "old");
        write(new WriteBatch()
                .put(Space.RECORDS, bytes("a"), bytes("1"))
                .put(Space.RECORDS, bytes("a"), bytes("2"))
                .deleteRange(Space.RECORDS, bytes("b"), bytes("c"))
                .put(Space.RECORDS, bytes("bb"), bytes("new"))
                .put(Space.RECORDS, bytes("d"), bytes("1"))
                .delete(Space.RECORDS, bytes("d")));
        assertThat(keys(Space.RECORDS, EMPTY, null)).containsExactly("a", "bb");
        assertThat(value("a")).isEqualTo("2");
    }

    @Test
    void synced_neverFalls_andGrowsWithWhatIsSynced_ifItIsCounted() {
        long before = engine.synced();
        for (int i = 0; i < 10; i++) {
            write(engine, new WriteBatch().put(Space.RECORDS, bytes("k" + i), EMPTY), Durability.SYNC);
            long now = engine.synced();
            assertThat(now == 0 || now > before).as("%s after %s", now, before).isTrue();
            before = now;
        }
        assertThat(engine.regression()).as("nothing is missing").isEmpty();
    }

    @Test
    void batch_empty_completes() {
        write(new WriteBatch());
        write(engine, new WriteBatch(), Durability.SYNC);
    }

    @Test
    void write_completion_isCalledExactlyOnceAndSeesTheBatch() throws Exception {
        int writes = 500;
        AtomicInteger[] calls = new AtomicInteger[writes];
        AtomicInteger unseen = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(writes);
        for (int i = 0; i < writes; i++) {
            AtomicInteger mine = calls[i] = new AtomicInteger();
            byte[] key = bytes("k" + i);
            WriteBatch batch = new WriteBatch().put(Space.RECORDS, key, key);
            engine.write(batch, i % 10 == 0 ? Durability.SYNC : Durability.BUFFERED, failure -> {
                if (failure != null || engine.get(Space.RECORDS, key) == null) {
                    unseen.incrementAndGet();
                }
                mine.incrementAndGet();
                done.countDown();
            });
        }
        assertThat(done.await(60, SECONDS)).isTrue();
        engine.close();
        assertThat(calls).allSatisfy(count -> assertThat(count).hasValue(1));
        assertThat(unseen).hasValue(0);
    }

    @Test
    void write_batchesOfOneThread_areAppliedInOrder() throws Exception {
        int writes = 2_000;
        CountDownLatch done = new CountDownLatch(writes);
        for (int i = 1; i <= writes; i++) {
            WriteBatch batch = new WriteBatch().put(Space.META, bytes("counter"), number(i));
            Durability durability = i % 100 == 0 ? Durability.SYNC : Durability.BUFFERED;
            engine.write(batch, durability, failure -> done.countDown());
        }
        assertThat(done.await(60, SECONDS)).isTrue();
        assertThat(engine.get(Space.META, bytes("counter"))).isEqualTo(number(writes));
    }

    @Test
    void batch_underConcurrentScans_isSeenWholeOrNotAtAll() throws Exception {
        int writers = 4;
        AtomicBoolean stop = new AtomicBoolean();
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            byte writer = (byte) w;
            tasks.add(() -> {
                int round = 0;
                while (!stop.get()) {
                    WriteBatch batch = new WriteBatch();
                    for (byte key = 0; key < 5; key++) {
                        batch.put(Space.RECORDS, new byte[] {writer, key}, number(round));
                    }
                    write(batch);
                    round++;
                }
                return round;
            });
        }
        ExecutorService pool = Executors.newFixedThreadPool(writers);
        try {
            List<Future<Integer>> running = tasks.stream().map(pool::submit).toList();
            for (int i = 0; i < 300; i++) {
                for (byte writer = 0; writer < writers; writer++) {
                    List<Map.Entry<byte[], byte[]>> seen =
                            entries(Space.RECORDS, new byte[] {writer}, new byte[] {(byte) (writer + 1)});
                    assertThat(seen.size()).isIn(0, 5);
                    assertThat(seen.stream()
                                    .map(e -> ByteBuffer.wrap(e.getValue()).getInt())
                                    .distinct())
                            .hasSizeLessThanOrEqualTo(1);
                }
            }
            stop.set(true);
            for (Future<Integer> writer : running) {
                assertThat(writer.get(30, SECONDS)).isPositive();
            }
        } finally {
            stop.set(true);
            pool.shutdownNow();
        }
    }

    @Test
    void get_underConcurrentWriters_neverGoesBack() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> readers = IntStream.range(0, 3)
                    .mapToObj(r -> pool.submit(() -> {
                        int last = 0;
                        int reads = 0;
                        while (!stop.get() || reads == 0) {
                            byte[] value = engine.get(Space.RECORDS, bytes("n"));
                            int now = value == null ? 0 : ByteBuffer.wrap(value).getInt();
                            assertThat(now).isGreaterThanOrEqualTo(last);
                            last = now;
                            reads++;
                        }
                        return last;
                    }))
                    .toList();
            for (int i = 1; i <= 2_000; i++) {
                write(new WriteBatch()
                        .put(Space.RECORDS, bytes("n"), number(i))
                        .put(Space.RECORDS, number(i), number(i)));
            }
            stop.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get(30, SECONDS)).isBetween(0, 2_000);
            }
        } finally {
            stop.set(true);
            pool.shutdownNow();
        }
    }

    @Test
    void scan_bounds_areFromInclusiveToExclusive() {
        for (String key : List.of("a", "b", "ba", "c")) {
            put(key, key);
        }
        put("x", "other");
        assertThat(keys(Space.RECORDS, bytes("b"), bytes("c"))).containsExactly("b", "ba");
        assertThat(keys(Space.RECORDS, bytes("aa"), bytes("bz"))).containsExactly("b", "ba");
        assertThat(keys(Space.RECORDS, bytes("ba"), null)).containsExactly("ba", "c", "x");
        assertThat(keys(Space.RECORDS, bytes("b"), bytes("b"))).containsExactly(NOTHING);
        assertThat(keys(Space.RECORDS, bytes("c"), bytes("b"))).containsExactly(NOTHING);
        assertThat(keys(Space.RECORDS, bytes("y"), null)).containsExactly(NOTHING);
        assertThat(keys(Space.RECORDS, EMPTY, EMPTY)).containsExactly(NOTHING);
    }

    @Test
    void scan_laterChanges_areNotSeen() {
        for (String key : List.of("a", "b", "c", "d")) {
            put(key, "old");
        }
        try (Scan scan = engine.scan(Space.RECORDS, EMPTY, null)) {
            assertThat(scan.next().getKey()).isEqualTo(bytes("a"));
            put("b", "new");
            put("bb", "new");
            write(new WriteBatch().delete(Space.RECORDS, bytes("c")));
            write(new WriteBatch().deleteRange(Space.RECORDS, bytes("d"), bytes("e")));
            for (String key : List.of("b", "c", "d")) {
                Map.Entry<byte[], byte[]> entry = scan.next();
                assertThat(entry.getKey()).isEqualTo(bytes(key));
                assertThat(entry.getValue()).isEqualTo(bytes("old"));
            }
            assertThat(scan.hasNext()).isFalse();
            assertThatThrownBy(scan::next).isInstanceOf(NoSuchElementException.class);
        }
        assertThat(keys(Space.RECORDS, EMPTY, null)).containsExactly("a", "b", "bb");
    }

    @Test
    void scan_close_isIdempotent() {
        put("a", "1");
        Scan scan = engine.scan(Space.RECORDS, EMPTY, null);
        scan.close();
        scan.close();
        assertThat(value("a")).isEqualTo("1");
    }

    @Test
    void close_twice_isIdempotent() {
        put("a", "1");
        engine.close();
        assertThatCode(engine::close).doesNotThrowAnyException();
    }

    @Test
    void calls_afterClose_throwStorageException() throws Exception {
        put("a", "1");
        Scan open = engine.scan(Space.RECORDS, EMPTY, null);
        engine.close();
        assertThatThrownBy(() -> engine.get(Space.RECORDS, bytes("a"))).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> engine.scan(Space.RECORDS, EMPTY, null)).isInstanceOf(StorageException.class);
        assertThatThrownBy(engine::flush).isInstanceOf(StorageException.class);
        assertThatThrownBy(open::next).isInstanceOf(StorageException.class);
        assertThatThrownBy(open::hasNext).isInstanceOf(StorageException.class);
        assertThatCode(open::close).doesNotThrowAnyException();
        assertThatCode(engine::statistics).doesNotThrowAnyException();
        assertThat(outcome(engine, new WriteBatch().put(Space.RECORDS, EMPTY, EMPTY), Durability.SYNC))
                .isInstanceOf(StorageException.class);
    }

    @Test
    void close_whileThreadsReadScanAndWrite_onlyThrowsStorageException() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 5; round++) {
                StorageEngine closing = open(temporary.resolve("closing" + round));
                CountDownLatch warm = new CountDownLatch(4);
                List<Future<Integer>> running = IntStream.range(0, 4)
                        .mapToObj(t -> pool.submit(() -> useUntilClosed(closing, t, warm)))
                        .toList();
                assertThat(warm.await(30, SECONDS)).isTrue();
                closing.close();
                for (Future<Integer> user : running) {
                    assertThat(user.get(30, SECONDS)).isPositive();
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void reopen_syncedData_isThere() {
        Assumptions.assumeThat(persistent()).as("the engine keeps data").isTrue();
        WriteBatch batch = new WriteBatch();
        for (Space space : Space.values()) {
            batch.put(space, bytes("k"), bytes(space.name()));
        }
        write(engine, batch, Durability.SYNC);
        write(engine, new WriteBatch().delete(Space.HINTS, bytes("k")), Durability.SYNC);
        put("buffered", "closed in order");
        engine.close();
        engine = open(temporary.resolve("data"));
        assertThat(engine.get(Space.META, bytes("k"))).isEqualTo(bytes("META"));
        assertThat(engine.get(Space.WRITE_IDS, bytes("k"))).isEqualTo(bytes("WRITE_IDS"));
        assertThat(engine.get(Space.HINTS, bytes("k"))).isNull();
        assertThat(keys(Space.RECORDS, EMPTY, null)).containsExactly("buffered", "k");
    }

    @Test
    void checkpoint_opens_withTheStateOfThatTime() {
        Path copy = temporary.resolve("copy");
        put("a", "1");
        if (!persistent()) {
            assertThatThrownBy(() -> engine.checkpoint(copy)).isInstanceOf(UnsupportedOperationException.class);
            return;
        }
        engine.checkpoint(copy);
        put("a", "2");
        put("b", "2");
        try (StorageEngine restored = open(copy)) {
            assertThat(restored.get(Space.RECORDS, bytes("a"))).isEqualTo(bytes("1"));
            assertThat(restored.get(Space.RECORDS, bytes("b"))).isNull();
            write(restored, new WriteBatch().put(Space.RECORDS, bytes("a"), bytes("3")), Durability.SYNC);
        }
        assertThat(value("a")).isEqualTo("2");
    }

    @Test
    void randomChanges_againstAModel_agree() {
        long seed = Long.getLong("dynamo.seed", System.nanoTime());
        int rounds = Integer.getInteger("dynamo.rounds", 10);
        System.out.println(getClass().getSimpleName() + ": replay with -Ddynamo.seed=" + seed);
        for (int round = 0; round < rounds; round++) {
            Path directory = temporary.resolve("model" + round);
            StorageModel model = new StorageModel(seed + round);
            StorageEngine tested = open(directory);
            try {
                for (int step = 0; step < 200; step++) {
                    write(tested, model.change(), model.durability());
                    model.compare(tested, "seed " + (seed + round) + ", step " + step);
                    if (persistent() && step % 67 == 66) {
                        tested.close();
                        tested = open(directory);
                    }
                }
            } finally {
                tested.close();
            }
        }
    }

    /** Reads, scans or writes until the engine says it is closed; gives the number of calls. */
    private static int useUntilClosed(StorageEngine used, int kind, CountDownLatch warm) throws Exception {
        int calls = 0;
        try {
            while (true) {
                byte[] key = number(calls % 500);
                switch (kind) {
                    case 0 -> used.get(Space.RECORDS, key);
                    case 1 -> drain(used);
                    default -> {
                        WriteBatch batch = new WriteBatch().put(Space.RECORDS, key, new byte[200]);
                        StorageException failure =
                                outcome(used, batch, kind == 2 ? Durability.SYNC : Durability.BUFFERED);
                        if (failure != null) {
                            throw failure;
                        }
                    }
                }
                calls++;
                if (calls == 50) {
                    warm.countDown();
                }
            }
        } catch (StorageException closed) {
            return calls;
        }
    }

    private static void drain(StorageEngine used) {
        try (Scan scan = used.scan(Space.RECORDS, EMPTY, null)) {
            while (scan.hasNext()) {
                scan.next();
            }
        }
    }
}
