package io.dynamo.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What an engine should hold: one sorted map for each space, changed by random batches over few, short keys. */
final class StorageModel {

    private static final byte[] ALPHABET = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff};

    private final Random random;
    private final Map<Space, NavigableMap<byte[], byte[]>> maps = new EnumMap<>(Space.class);

    StorageModel(long seed) {
        random = new Random(seed);
        for (Space space : Space.values()) {
            maps.put(space, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    /** Makes a random batch and applies it to the model. */
    WriteBatch change() {
        WriteBatch batch = new WriteBatch();
        for (int i = random.nextInt(5); i > 0; i--) {
            Space space = space();
            NavigableMap<byte[], byte[]> map = map(space);
            byte[] key = key();
            switch (random.nextInt(6)) {
                case 0 -> {
                    batch.delete(space, key);
                    map.remove(key);
                }
                case 1 -> {
                    byte[] to = key();
                    batch.deleteRange(space, key, to);
                    range(space, key, to).clear();
                }
                default -> {
                    byte[] value = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(40)];
                    random.nextBytes(value);
                    batch.put(space, key, value);
                    map.put(key, value);
                }
            }
        }
        return batch;
    }

    Durability durability() {
        return random.nextInt(10) == 0 ? Durability.SYNC : Durability.BUFFERED;
    }

    /** Compares one key, one range and, sometimes, everything. */
    void compare(StorageEngine engine, String when) {
        Space space = space();
        byte[] key = key();
        assertThat(StorageEngineFixture.hex(engine.get(space, key)))
                .as("%s: get %s %s", when, space, StorageEngineFixture.hex(key))
                .isEqualTo(StorageEngineFixture.hex(map(space).get(key)));
        byte[] to = random.nextInt(4) == 0 ? null : key();
        assertThat(read(engine, space, key, to)).as("%s: scan %s", when, space).isEqualTo(text(range(space, key, to)));
        if (random.nextInt(20) == 0) {
            for (Space each : Space.values()) {
                assertThat(read(engine, each, new byte[0], null))
                        .as("%s: all of %s", when, each)
                        .isEqualTo(text(map(each)));
            }
        }
    }

    private static List<String> read(StorageEngine engine, Space space, byte[] from, byte @Nullable [] to) {
        List<String> seen = new ArrayList<>();
        try (StorageEngine.Scan scan = engine.scan(space, from, to)) {
            while (scan.hasNext()) {
                Map.Entry<byte[], byte[]> entry = scan.next();
                seen.add(StorageEngineFixture.hex(entry.getKey()) + "=" + StorageEngineFixture.hex(entry.getValue()));
            }
        }
        return seen;
    }

    private static List<String> text(Map<byte[], byte[]> entries) {
        List<String> texts = new ArrayList<>();
        entries.forEach(
                (key, value) -> texts.add(StorageEngineFixture.hex(key) + "=" + StorageEngineFixture.hex(value)));
        return texts;
    }

    private Map<byte[], byte[]> range(Space space, byte[] from, byte @Nullable [] to) {
        if (to == null) {
            return map(space).tailMap(from, true);
        }
        return Arrays.compareUnsigned(from, to) >= 0
                ? new TreeMap<>()
                : map(space).subMap(from, true, to, false);
    }

    private NavigableMap<byte[], byte[]> map(Space space) {
        return maps.get(space);
    }

    private Space space() {
        return Space.values()[random.nextInt(Space.values().length)];
    }

    private byte[] key() {
        byte[] key = new byte[random.nextInt(3)];
        for (int i = 0; i < key.length; i++) {
            key[i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return key;
    }
}
