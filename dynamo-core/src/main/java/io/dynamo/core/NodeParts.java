package io.dynamo.core;

import io.dynamo.core.config.NodeSettings;
import io.dynamo.spi.Durability;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageEngine;

/**
 * What a node is put together from.
 *
 * @param settings its configuration
 * @param host what it runs on
 * @param storage where its data is
 * @param endpoint how it reaches others, started
 */
public record NodeParts(NodeSettings settings, Host host, Storage storage, Endpoint endpoint) {

    /**
     * What a node runs on.
     *
     * @param runtime time, threads and chance
     * @param isVirtual whether everything runs in one thread and must be the same every time
     * @param lanes how many keys can be worked on at once
     */
    public record Host(NodeRuntime runtime, boolean isVirtual, int lanes) {}

    /**
     * Where a node's data is.
     *
     * @param engine open
     * @param defaultDurability of stores that choose none
     */
    public record Storage(StorageEngine engine, Durability defaultDurability) {}
}
