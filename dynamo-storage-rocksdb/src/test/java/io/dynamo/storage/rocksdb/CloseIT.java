package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Closing: under load and from inside; and what is refused while open. A crash of the process is the failure to see here. */
@Timeout(600)
class CloseIT {

    @TempDir
    private Path temporary;

    @Test
    void closeUnderLoad_repeated_losesNothingAcknowledgedAndCrashesNever() throws Exception {
        int rounds = Integer.getInteger("dynamo.closes", 20);
        ExecutorService pool = Executors.newFixedThreadPool(8);
        AtomicInteger acknowledged = new AtomicInteger();
        try {
            for (int round = 0; round < rounds; round++) {
                StorageEngine engine = Engines.open(temporary.resolve("data"));
                assertThat(engine.statistics().get("sequence")).isGreaterThanOrEqualTo(acknowledged.get());
                CountDownLatch warm = new CountDownLatch(8);
                List<Future<?>> users = new ArrayList<>();
                for (int user = 0; user < 8; user++) {
                    int kind = user % 4;
                    users.add(pool.submit(() -> use(engine, kind, warm, acknowledged)));
                }
                assertThat(warm.await(30, SECONDS)).isTrue();
                engine.close();
                for (Future<?> user : users) {
                    user.get(30, SECONDS);
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void closeFromACompletion_closes() throws Exception {
        StorageEngine engine = Engines.open(temporary.resolve("data"));
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        engine.write(new WriteBatch().put(Space.META, bytes("a"), bytes("1")), Durability.SYNC, failure -> {
            engine.close();
            closed.complete(failure == null);
        });
        assertThat(closed.get(30, SECONDS)).isTrue();
        assertThatThrownBy(() -> engine.get(Space.META, bytes("a"))).isInstanceOf(StorageException.class);
        try (StorageEngine again = Engines.open(temporary.resolve("data"))) {
            assertThat(again.get(Space.META, bytes("a"))).isEqualTo(bytes("1"));
        }
    }

    @Test
    void closeFromACompletion_whileAnotherThreadFlushes_neitherHangs() throws Exception {
        StorageEngine engine = Engines.open(temporary.resolve("data"));
        CompletableFuture<Void> flushed = new CompletableFuture<>();
        Thread flusher = new Thread(() -> {
            try {
                engine.flush();
                flushed.complete(null);
            } catch (StorageException e) {
                flushed.completeExceptionally(e);
            }
        });
        CompletableFuture<Void> closed = new CompletableFuture<>();
        engine.write(new WriteBatch().put(Space.META, bytes("a"), bytes("1")), Durability.BUFFERED, failure -> {
            flusher.start();
            while (flusher.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            engine.close();
            closed.complete(null);
        });
        closed.get(30, SECONDS);
        flushed.get(30, SECONDS);
    }

    @Test
    void completionThatThrows_doesNotStopTheOthers() throws Exception {
        try (StorageEngine engine = Engines.open(temporary.resolve("data"))) {
            engine.write(new WriteBatch().put(Space.META, bytes("a"), bytes("1")), Durability.BUFFERED, failure -> {
                throw new IllegalStateException("planted: this stack trace is expected");
            });
            Engines.write(engine, new WriteBatch().put(Space.META, bytes("b"), bytes("1")), Durability.SYNC);
            assertThat(engine.get(Space.META, bytes("a"))).isNotNull();
        }
    }

    @Test
    void queueFull_isRefusedThroughTheCompletion() throws Exception {
        try (StorageEngine engine = Engines.open(temporary.resolve("data"), "max-queued-batches", "2")) {
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            engine.write(new WriteBatch(), Durability.BUFFERED, failure -> {
                blocked.countDown();
                awaitQuietly(go);
            });
            assertThat(blocked.await(30, SECONDS)).isTrue();
            AtomicInteger done = new AtomicInteger();
            WriteBatch batch = new WriteBatch().put(Space.META, bytes("a"), bytes("1"));
            engine.write(batch, Durability.BUFFERED, failure -> done.incrementAndGet());
            engine.write(batch, Durability.BUFFERED, failure -> done.incrementAndGet());
            assertThatThrownBy(() -> Engines.write(engine, batch, Durability.BUFFERED))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("max-queued-batches = 2")
                    .hasMessageContaining("nothing was written");
            assertThat(done).hasValue(0);
            go.countDown();
            engine.flush();
            assertThat(done).hasValue(2);
        }
    }

    @Test
    void queueFullByBytes_isRefused() throws Exception {
        try (StorageEngine engine = Engines.open(temporary.resolve("data"), "max-queued-bytes", "1MiB")) {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch blocked = new CountDownLatch(1);
            engine.write(
                    new WriteBatch().put(Space.META, bytes("a"), new byte[3 << 20]),
                    Durability.BUFFERED,
                    failure -> {});
            engine.flush();
            engine.write(new WriteBatch(), Durability.BUFFERED, failure -> {
                blocked.countDown();
                awaitQuietly(go);
            });
            assertThat(blocked.await(30, SECONDS)).isTrue();
            WriteBatch large = new WriteBatch().put(Space.META, bytes("a"), new byte[600 << 10]);
            engine.write(large, Durability.BUFFERED, failure -> {});
            assertThatThrownBy(() -> Engines.write(engine, large, Durability.BUFFERED))
                    .hasMessageContaining("max-queued-bytes = 1048576");
            go.countDown();
        }
    }

    @Test
    void secondOpen_ofTheSameDirectory_isRefusedNamingIt() {
        Path data = temporary.resolve("data");
        try (StorageEngine engine = Engines.open(data)) {
            assertThatThrownBy(() -> Engines.open(data))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(data.toString())
                    .hasMessageContaining("another engine or process has this directory open");
            Engines.write(engine, new WriteBatch().put(Space.META, bytes("a"), bytes("1")), Durability.SYNC);
        }
        Engines.open(data).close();
    }

    private static void use(StorageEngine engine, int kind, CountDownLatch warm, AtomicInteger acknowledged) {
        StorageEngine.Scan scan = null;
        try {
            for (int i = 0; ; i++) {
                byte[] key = bytes("k" + i % 1000);
                switch (kind) {
                    case 0 -> engine.get(Space.RECORDS, key);
                    case 1 -> {
                        // Left open now and then, for the engine to close.
                        scan = engine.scan(Space.RECORDS, key, null);
                        for (int n = 0; n < 50 && scan.hasNext(); n++) {
                            scan.next();
                        }
                        if (i % 3 != 0) {
                            scan.close();
                        }
                    }
                    default -> {
                        Durability durability = kind == 2 ? Durability.SYNC : Durability.BUFFERED;
                        Engines.write(engine, new WriteBatch().put(Space.RECORDS, key, new byte[100]), durability);
                        acknowledged.incrementAndGet();
                    }
                }
                if (i == 20) {
                    warm.countDown();
                }
            }
        } catch (StorageException closed) {
            assertThat(closed).hasMessageContaining("is closed");
            if (scan != null) {
                assertThatThrownBy(scan::hasNext).isInstanceOf(StorageException.class);
                scan.close();
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
