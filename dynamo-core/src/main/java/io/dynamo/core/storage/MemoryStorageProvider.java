package io.dynamo.core.storage;

import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.StorageProvider;

/** Opens engines that keep everything in memory: {@code storage.engine = memory}. */
public final class MemoryStorageProvider implements StorageProvider {

    private static final long DEFAULT_MAX_BYTES = 256L << 20;

    /** Creates the provider. */
    public MemoryStorageProvider() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Durability defaultDurability() {
        return Durability.BUFFERED;
    }

    @Override
    public Opener configure(PluginConfig config) {
        long bytesMax = config.bytes("max-bytes", DEFAULT_MAX_BYTES, 1 << 10);
        return () -> new MemoryStorageEngine(bytesMax);
    }
}
