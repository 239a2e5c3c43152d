package io.dynamo.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RocksDbPlaceholderTest {
    @Test
    void name_isRocksDb() {
        assertThat(RocksDbPlaceholder.name()).isEqualTo("RocksDB");
    }
}
