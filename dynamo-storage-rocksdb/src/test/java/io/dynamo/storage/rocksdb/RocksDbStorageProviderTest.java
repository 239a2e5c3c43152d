package io.dynamo.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.DynamoConfig.Setting;
import io.dynamo.api.Plugins;
import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.StorageProvider;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RocksDbStorageProviderTest {

    @Test
    void provider_isFoundByName_andSyncsByDefault() {
        assertThat(Plugins.load(StorageProvider.class).filter(p -> p.name().equals("rocksdb")))
                .singleElement()
                .satisfies(p -> assertThat(p.defaultDurability()).isEqualTo(Durability.SYNC));
    }

    @Test
    void configure_withoutPath_isAProblem() {
        PluginConfig config = new PluginConfig("storage.rocksdb", Map.of());
        new RocksDbStorageProvider().configure(config);
        assertThat(config.problems()).singleElement().asString().contains("storage.rocksdb.path is required");
    }

    @Test
    void configure_wrongAndUnknownSettings_areAllProblems() {
        PluginConfig config = new PluginConfig(
                "storage.rocksdb",
                Map.of(
                        "path", new Setting("a\0b", "t:1"),
                        "block-cache", new Setting("64 apples", "t:2"),
                        "max-open-files", new Setting("3", "t:3"),
                        "write-bufer", new Setting("1MiB", "t:4")));
        new RocksDbStorageProvider().configure(config);
        assertThat(String.join("\n", config.problems()))
                .contains("storage.rocksdb.path", "the path of a directory")
                .contains("block-cache = 64 apples")
                .contains("max-open-files = 3 (t:3); allowed: a whole number from 32")
                .contains("write-bufer = 1MiB (t:4): unknown key; nearest known: storage.rocksdb.write-buffer");
        assertThat(config.problems()).hasSize(4);
    }
}
