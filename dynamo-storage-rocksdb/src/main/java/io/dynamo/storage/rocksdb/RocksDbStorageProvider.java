package io.dynamo.storage.rocksdb;

import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.StorageProvider;

/** Opens engines on RocksDB: {@code storage.engine = rocksdb}. */
public final class RocksDbStorageProvider implements StorageProvider {

    /** Creates the provider. */
    public RocksDbStorageProvider() {}

    @Override
    public String name() {
        return "rocksdb";
    }

    @Override
    public Durability defaultDurability() {
        return Durability.SYNC;
    }

    @Override
    public Opener configure(PluginConfig config) {
        RocksDbSettings settings = RocksDbSettings.read(config);
        return () -> RocksDbStorageEngine.open(settings);
    }
}
