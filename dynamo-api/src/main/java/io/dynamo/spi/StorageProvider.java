package io.dynamo.spi;

/** Opens engines of one kind; found by {@link java.util.ServiceLoader}, chosen by {@code storage.engine}. */
public interface StorageProvider {

    /**
     * The name in the configuration.
     *
     * @return for example {@code rocksdb}
     */
    String name();

    /**
     * The durability of a store that does not choose one.
     *
     * @return what this kind of engine can honestly promise by default
     */
    Durability defaultDurability();

    /**
     * Reads the settings and says how to open the engine; touches no disk, so that configuration problems of all plug-ins
     * can be told together.
     *
     * @param config the subtree {@code storage.NAME}
     * @return opens the engine; its configuration's problems are in {@code config}
     */
    Opener configure(PluginConfig config);

    /** Opens an engine that was configured before; each call after the engine before it was closed. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens the engine.
         *
         * @return the engine
         * @throws StorageException if the storage cannot be opened, or is damaged, so that nobody can say what is missing
         */
        StorageEngine open();
    }
}
