package io.dynamo.storage.rocksdb;

import io.dynamo.spi.Space;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.TickerType;

/** What RocksDB counts, under names for meters. */
final class RocksDbFigures {

    private static final List<TickerType> TICKERS = List.of(
            TickerType.BLOCK_CACHE_HIT,
            TickerType.BLOCK_CACHE_MISS,
            TickerType.BLOOM_FILTER_USEFUL,
            TickerType.MEMTABLE_HIT,
            TickerType.MEMTABLE_MISS,
            TickerType.BYTES_READ,
            TickerType.BYTES_WRITTEN,
            TickerType.WAL_FILE_BYTES,
            TickerType.WAL_FILE_SYNCED,
            TickerType.FLUSH_WRITE_BYTES,
            TickerType.COMPACT_READ_BYTES,
            TickerType.COMPACT_WRITE_BYTES,
            TickerType.STALL_MICROS);

    private static final List<String> SUMS = List.of(
            "cur-size-all-mem-tables",
            "estimate-table-readers-mem",
            "estimate-pending-compaction-bytes",
            "live-sst-files-size");

    private RocksDbFigures() {}

    static void read(NativeDatabase database, Map<String, Long> figures) {
        for (TickerType ticker : TICKERS) {
            figures.put(
                    ticker.name().toLowerCase(Locale.ROOT).replace('_', '.'),
                    database.statistics.getTickerCount(ticker));
        }
        for (String name : SUMS) {
            long sum = 0;
            for (Space space : Space.values()) {
                sum += property(database, space, name);
            }
            figures.put(name.replace('-', '.'), sum);
        }
        figures.put("entries.estimated", property(database, Space.RECORDS, "estimate-num-keys"));
        figures.put("background.errors", property(database, Space.META, "background-errors"));
        figures.put("block.cache.bytes", database.cache.getUsage());
        figures.put("sequence", database.db().getLatestSequenceNumber());
    }

    /** One that cannot be read is told as -1: figures are no reason to fail. */
    private static long property(NativeDatabase database, Space space, String name) {
        try {
            return database.db().getLongProperty(database.handle(space), "rocksdb." + name);
        } catch (RocksDBException e) {
            return -1;
        }
    }
}
