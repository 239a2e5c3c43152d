package io.dynamo.core.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.DynamoConfig.Setting;
import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageEngineContract;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryStorageEngineTest extends StorageEngineContract {

    @Override
    protected StorageEngine open(Path directory) {
        return new MemoryStorageEngine(256 << 20);
    }

    @Override
    protected boolean persistent() {
        return false;
    }

    @Test
    void write_pastTheLimit_failsNamingItAndAppliesNothing() {
        try (StorageEngine engine = new MemoryStorageEngine(1_000)) {
            assertThat(put(engine, "a", 500)).isNull();
            StorageException failure = write(
                    engine,
                    new WriteBatch()
                            .delete(Space.RECORDS, bytes("zzz"))
                            .put(Space.META, bytes("m"), new byte[1])
                            .put(Space.RECORDS, bytes("b"), new byte[600]));
            assertThat(failure).hasMessageContaining("storage.memory.max-bytes = 1000");
            assertThat(engine.get(Space.META, bytes("m"))).isNull();
            assertThat(engine.get(Space.RECORDS, bytes("b"))).isNull();
            assertThat(engine.statistics()).containsEntry("entries", 1L).containsEntry("bytes", 565L);
        }
    }

    @Test
    void write_replacingAtTheLimit_isTaken() {
        try (StorageEngine engine = new MemoryStorageEngine(1_000)) {
            assertThat(put(engine, "a", 900)).isNull();
            assertThat(put(engine, "a", 935)).isNull();
            assertThat(put(engine, "a", 936)).isNotNull();
            assertThat(engine.statistics()).containsEntry("bytes", 1_000L);
        }
    }

    @Test
    void write_onlyDeletesWhenFull_isTakenAndFrees() {
        try (StorageEngine engine = new MemoryStorageEngine(1_000)) {
            assertThat(put(engine, "a", 435)).isNull();
            assertThat(put(engine, "b", 435)).isNull();
            assertThat(put(engine, "c", 0)).isNotNull();
            assertThat(write(engine, new WriteBatch().delete(Space.RECORDS, bytes("a"))))
                    .isNull();
            assertThat(put(engine, "c", 435)).isNull();
            assertThat(write(engine, new WriteBatch().deleteRange(Space.RECORDS, bytes(""), bytes("z"))))
                    .isNull();
            assertThat(engine.statistics()).containsEntry("entries", 0L).containsEntry("bytes", 0L);
        }
    }

    @Test
    void checkpoint_always_isUnsupported() {
        try (StorageEngine engine = new MemoryStorageEngine(1_000)) {
            assertThatThrownBy(() -> engine.checkpoint(Path.of("none")))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("storage.engine = rocksdb");
        }
    }

    @Test
    void provider_settings_areReadAndChecked() {
        MemoryStorageProvider provider = new MemoryStorageProvider();
        assertThat(provider.name()).isEqualTo("memory");
        assertThat(provider.defaultDurability()).isEqualTo(Durability.BUFFERED);
        PluginConfig good = new PluginConfig("storage.memory", Map.of("max-bytes", new Setting("2KiB", "test")));
        try (StorageEngine engine = provider.configure(good).open()) {
            assertThat(good.problems()).isEmpty();
            assertThat(engine.statistics()).containsEntry("bytes.max", 2_048L);
        }
        PluginConfig bad = new PluginConfig("storage.memory", Map.of("max-byte", new Setting("2KiB", "test")));
        provider.configure(bad);
        assertThat(bad.problems())
                .singleElement()
                .asString()
                .contains("max-byte = 2KiB", "nearest known: storage.memory.max-bytes");
    }

    private static @Nullable StorageException put(StorageEngine engine, String key, int size) {
        return write(engine, new WriteBatch().put(Space.RECORDS, bytes(key), new byte[size]));
    }

    private static @Nullable StorageException write(StorageEngine engine, WriteBatch batch) {
        List<@Nullable StorageException> outcome = new ArrayList<>();
        engine.write(batch, Durability.BUFFERED, outcome::add);
        return outcome.get(0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
