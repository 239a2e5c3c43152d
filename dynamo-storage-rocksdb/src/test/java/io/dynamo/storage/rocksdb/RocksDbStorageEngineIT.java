package io.dynamo.storage.rocksdb;

import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageEngineContract;
import java.nio.file.Path;

class RocksDbStorageEngineIT extends StorageEngineContract {

    @Override
    protected StorageEngine open(Path directory) {
        return Engines.open(directory);
    }

    @Override
    protected boolean persistent() {
        return true;
    }
}
