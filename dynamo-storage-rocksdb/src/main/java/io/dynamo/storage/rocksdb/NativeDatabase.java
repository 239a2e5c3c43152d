package io.dynamo.storage.rocksdb;

import io.dynamo.spi.Space;
import io.dynamo.storage.rocksdb.SequenceFile.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ChecksumType;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/** An open RocksDB with everything native that belongs to it, released in the reverse order of its making. */
final class NativeDatabase {

    private static final int BLOOM_BITS_PER_KEY = 10;

    private final Deque<AbstractNativeReference> owned = new ArrayDeque<>();
    private final Map<Space, ColumnFamilyHandle> handles = new EnumMap<>(Space.class);
    private final List<ColumnFamilyHandle> opened = new ArrayList<>();
    private final RocksDB db;

    final Cache cache;
    final Statistics statistics;
    final ReadOptions readOptions;
    final WriteOptions synced;
    final WriteOptions buffered;

    private NativeDatabase(RocksDbSettings settings, boolean create) throws RocksDBException {
        try {
            cache = own(new LRUCache(settings.blockCacheBytes()));
            statistics = own(new Statistics());
            statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
            readOptions = own(new ReadOptions().setVerifyChecksums(true));
            synced = own(new WriteOptions().setSync(true));
            buffered = own(new WriteOptions().setSync(false));
            BloomFilter bloom = own(new BloomFilter(BLOOM_BITS_PER_KEY, false));
            List<ColumnFamilyDescriptor> families = new ArrayList<>();
            families.add(new ColumnFamilyDescriptor(
                    RocksDB.DEFAULT_COLUMN_FAMILY, own(familyOptions(settings, Space.META, bloom))));
            for (Space space : Space.values()) {
                byte[] name = nameOf(space).getBytes(StandardCharsets.UTF_8);
                families.add(new ColumnFamilyDescriptor(name, own(familyOptions(settings, space, bloom))));
            }
            DBOptions options = own(options(settings, create));
            db = RocksDB.open(options, settings.database().toString(), families, opened);
            // In the order of the descriptors; the first is the default family.
            int next = 1;
            for (Space space : Space.values()) {
                handles.put(space, opened.get(next++));
            }
        } catch (RocksDBException | RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    /**
     * Opens the database.
     *
     * @param settings where and how
     * @param reading the sequence file; a database that was ever written to is not made anew, nor are parts of it
     * @return the open database
     * @throws RocksDBException if it cannot be opened
     */
    static NativeDatabase open(RocksDbSettings settings, Reading reading) throws RocksDBException {
        return new NativeDatabase(settings, reading.last() == 0);
    }

    RocksDB db() {
        return db;
    }

    ColumnFamilyHandle handle(Space space) {
        return Objects.requireNonNull(handles.get(space));
    }

    /** Closes the database, then what it used; everything is released even if the first fails. */
    void close() throws RocksDBException {
        db.cancelAllBackgroundWork(true);
        opened.forEach(ColumnFamilyHandle::close);
        try {
            db.closeE();
        } finally {
            release();
        }
    }

    private DBOptions options(RocksDbSettings settings, boolean create) throws RocksDBException {
        Properties notInTheJavaApi = new Properties();
        // Each log knows its predecessor: a log missing in the middle is refused.
        notInTheJavaApi.setProperty("track_and_verify_wals", "true");
        DBOptions options = DBOptions.getDBOptionsFromProps(notInTheJavaApi);
        if (options == null) {
            throw new RocksDBException("this RocksDB does not know track_and_verify_wals");
        }
        return options.setCreateIfMissing(create)
                .setCreateMissingColumnFamilies(create || lacksOnlyDerivedSpaces(settings))
                .setParanoidChecks(true)
                // Refuses a damaged log, opens a torn end; a log cut short is left to the sequence file.
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setDbWriteBufferSize(settings.writeBufferBytes())
                .setMaxTotalWalSize(4 * settings.writeBufferBytes())
                .setMaxOpenFiles(settings.openFilesMax())
                .setStatistics(statistics)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(1 << 20)
                .setKeepLogFileNum(3);
    }

    /** A database from before a derived space existed gets it; where another space is missing, opening fails and says so. */
    private static boolean lacksOnlyDerivedSpaces(RocksDbSettings settings) throws RocksDBException {
        Set<String> present = new TreeSet<>();
        try (Options any = new Options()) {
            for (byte[] name :
                    RocksDB.listColumnFamilies(any, settings.database().toString())) {
                present.add(new String(name, StandardCharsets.UTF_8));
            }
        }
        return Stream.of(Space.values()).allMatch(space -> space.isDerived() || present.contains(nameOf(space)));
    }

    private static String nameOf(Space space) {
        return space.name().toLowerCase(Locale.ROOT);
    }

    private ColumnFamilyOptions familyOptions(RocksDbSettings settings, Space space, BloomFilter bloom) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setChecksumType(ChecksumType.kXXH3)
                // Inside the cache, so that the cache's size bounds them too.
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true);
        if (space == Space.RECORDS || space == Space.WRITE_IDS) {
            table.setFilterPolicy(bloom);
        }
        return new ColumnFamilyOptions()
                .setTableFormatConfig(table)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setWriteBufferSize(settings.writeBufferBytes() / (space == Space.RECORDS ? 2 : 4));
    }

    private <T extends AbstractNativeReference> T own(T reference) {
        owned.push(reference);
        return reference;
    }

    private void release() {
        owned.forEach(AbstractNativeReference::close);
        owned.clear();
    }
}
