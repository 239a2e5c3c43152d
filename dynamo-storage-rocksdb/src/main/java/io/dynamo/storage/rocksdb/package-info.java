/**
 * The storage engine on RocksDB.
 *
 * <p>Depends on the api and rocksdbjni only. Threads: reads run on the caller's thread; each engine has one daemon thread
 * that commits writes in groups; RocksDB's own background threads are shared by all engines of the process.
 */
@NullMarked
package io.dynamo.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
