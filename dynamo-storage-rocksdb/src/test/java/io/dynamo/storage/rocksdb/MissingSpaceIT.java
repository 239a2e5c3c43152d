package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** A database that lacks a space: one that can be made anew is, another is lost data. */
class MissingSpaceIT {

    @TempDir
    private Path folder;

    @BeforeEach
    void writeSomething() {
        try (StorageEngine engine = Engines.open(folder)) {
            Engines.write(engine, new WriteBatch().put(Space.RECORDS, bytes("key"), bytes("value")), Durability.SYNC);
        }
    }

    @Test
    void derivedSpaceIsMissing_isMadeEmpty() throws Exception {
        drop(Space.TREES);
        try (StorageEngine engine = Engines.open(folder)) {
            assertThat(engine.get(Space.RECORDS, bytes("key"))).isEqualTo(bytes("value"));
            assertThat(engine.get(Space.TREES, bytes("key"))).isNull();
            Engines.write(engine, new WriteBatch().put(Space.TREES, bytes("key"), bytes("d")), Durability.SYNC);
        }
    }

    @Test
    void otherSpaceIsMissing_isRefused() throws Exception {
        drop(Space.HINTS);
        assertThatThrownBy(() -> Engines.open(folder)).isInstanceOf(StorageException.class);
        drop(Space.TREES);
        assertThatThrownBy(() -> Engines.open(folder)).isInstanceOf(StorageException.class);
    }

    private void drop(Space space) throws RocksDBException {
        String path = folder.resolve("db").toString();
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        try (Options any = new Options()) {
            for (byte[] name : RocksDB.listColumnFamilies(any, path)) {
                families.add(new ColumnFamilyDescriptor(name));
            }
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (DBOptions options = new DBOptions();
                RocksDB db = RocksDB.open(options, path, families, handles)) {
            for (ColumnFamilyHandle handle : handles) {
                if (new String(handle.getName(), StandardCharsets.UTF_8)
                        .equals(space.name().toLowerCase(Locale.ROOT))) {
                    db.dropColumnFamily(handle);
                }
            }
            handles.forEach(ColumnFamilyHandle::close);
        }
    }
}
