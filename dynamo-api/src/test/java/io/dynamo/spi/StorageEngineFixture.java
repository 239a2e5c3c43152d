package io.dynamo.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.spi.StorageEngine.Scan;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An engine for each test, and short words for what tests do with it. */
public abstract class StorageEngineFixture {

    static final byte[] EMPTY = {};
    static final String[] NOTHING = {};

    /** The engine under test, opened before each test and closed after it. */
    protected StorageEngine engine;

    /** An empty place for each test. */
    @TempDir
    protected Path temporary;

    /**
     * Opens an engine.
     *
     * @param directory where it may keep files; a second call with the same directory, after a close, opens the same data
     * @return the engine
     */
    protected abstract StorageEngine open(Path directory);

    /**
     * Whether synced writes survive a close.
     *
     * @return false if the engine keeps nothing on disk
     */
    protected abstract boolean persistent();

    @BeforeEach
    void openEngine() {
        engine = open(temporary.resolve("data"));
    }

    @AfterEach
    void closeEngine() {
        engine.close();
    }

    void put(String key, String value) {
        write(new WriteBatch().put(Space.RECORDS, bytes(key), bytes(value)));
    }

    void write(WriteBatch batch) {
        write(engine, batch, Durability.BUFFERED);
    }

    /**
     * Writes and waits.
     *
     * @param to the engine
     * @param batch the changes
     * @param durability what is asked
     */
    protected static void write(StorageEngine to, WriteBatch batch, Durability durability) {
        try {
            assertThat(outcome(to, batch, durability)).isNull();
        } catch (Exception e) {
            throw new AssertionError("the write did not complete", e);
        }
    }

    /**
     * Writes and waits; a failure thrown counts like one handed to the completion.
     *
     * @param to the engine
     * @param batch the changes
     * @param durability what is asked
     * @return the failure, or null
     * @throws Exception if there is no completion within 30 s
     */
    protected static @Nullable StorageException outcome(StorageEngine to, WriteBatch batch, Durability durability)
            throws Exception {
        CompletableFuture<@Nullable StorageException> done = new CompletableFuture<>();
        try {
            to.write(batch, durability, done::complete);
        } catch (StorageException thrown) {
            return thrown;
        }
        try {
            return done.get(30, SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Nullable
    String value(String key) {
        byte[] value = engine.get(Space.RECORDS, bytes(key));
        return value == null ? null : new String(value, UTF_8);
    }

    List<String> keys(Space space, byte[] from, byte @Nullable [] to) {
        return entries(space, from, to).stream()
                .map(e -> new String(e.getKey(), UTF_8))
                .toList();
    }

    List<Map.Entry<byte[], byte[]>> entries(Space space, byte[] from, byte @Nullable [] to) {
        List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
        try (Scan scan = engine.scan(space, from, to)) {
            scan.forEachRemaining(entries::add);
        }
        return entries;
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static byte[] number(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    static String hex(byte @Nullable [] bytes) {
        return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }
}
