package io.dynamo.storage.rocksdb;

import org.rocksdb.RocksDB;

final class RocksDbPlaceholder {
    private RocksDbPlaceholder() {}

    static String name() {
        return RocksDB.class.getSimpleName();
    }
}
