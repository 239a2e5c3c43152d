/** A storage engine on RocksDB. */
@NullMarked
package io.dynamo.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
