package io.dynamo.core.membership;

import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.replica.Behind;
import io.dynamo.core.replica.TreeIndex;
import io.dynamo.core.ring.Ring;
import io.dynamo.spi.Durability;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Whose data a directory holds: written when it is first used, compared ever after. A directory id that nobody else has
 * tells a wiped or copied directory from the one the cluster knows (traps T5).
 */
public final class NodeIdentity {

    private static final byte[] KEY = "identity".getBytes(StandardCharsets.UTF_8);
    private static final String DIRECTORY = "directory";

    private NodeIdentity() {}

    /**
     * Reads the identity, to see whether the storage still answers.
     *
     * @param engine the storage
     */
    public static void touch(StorageEngine engine) {
        engine.get(Space.META, KEY);
    }

    /**
     * Reads the identity, or writes it on first use; and notes it if something is missing of what the directory had held.
     *
     * @param engine the storage
     * @param runtime gives a new directory its id
     * @param settings what it must fit
     * @return the directory id; fails with a {@link StorageException} if the directory belongs to something else, or if nobody else
     *     could have what is missing
     */
    public static CompletableFuture<byte[]> claim(StorageEngine engine, NodeRuntime runtime, NodeSettings settings) {
        return identify(engine, runtime, settings)
                .thenCompose(directory -> RegressedDirectory.note(engine, settings, directory));
    }

    private static CompletableFuture<byte[]> identify(
            StorageEngine engine, NodeRuntime runtime, NodeSettings settings) {
        Map<String, String> wanted = new TreeMap<>();
        wanted.put("cluster.name", settings.cluster().name());
        wanted.put("cluster.partitions", Integer.toString(settings.cluster().partitions()));
        wanted.put("node.id", settings.nodeId());
        wanted.put("ring.hash", Ring.HASH);
        CompletableFuture<byte[]> claimed = new CompletableFuture<>();
        byte[] stored;
        try {
            stored = engine.get(Space.META, KEY);
        } catch (StorageException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (stored != null) {
            compare(parse(stored), wanted, claimed);
            return claimed;
        }
        RandomGenerator random = runtime.random("directory");
        byte[] directory = ByteBuffer.allocate(16)
                .putLong(random.nextLong())
                .putLong(random.nextLong())
                .array();
        wanted.put(DIRECTORY, HexFormat.of().formatHex(directory));
        byte[] text = format(wanted).getBytes(StandardCharsets.UTF_8);
        WriteBatch first = TreeIndex.mark(new WriteBatch().put(Space.META, KEY, text));
        if (settings.cluster().members().size() > 1) {
            Behind.undecided(first);
        }
        engine.write(first, Durability.SYNC, failure -> {
            if (failure == null) {
                claimed.complete(directory);
            } else {
                claimed.completeExceptionally(failure);
            }
        });
        return claimed;
    }

    private static void compare(
            Map<String, String> stored, Map<String, String> wanted, CompletableFuture<byte[]> claimed) {
        List<String> differences = new ArrayList<>();
        wanted.forEach((name, value) -> {
            String before = stored.getOrDefault(name, "(not set)");
            if (!before.equals(value)) {
                differences.add(name + " = " + value + " is configured, the data directory has " + before);
            }
        });
        if (differences.isEmpty()) {
            claimed.complete(HexFormat.of().parseHex(stored.getOrDefault(DIRECTORY, "")));
        } else {
            claimed.completeExceptionally(new StorageException(
                    "the data directory belongs to something else: " + String.join("; ", differences), null));
        }
    }

    private static String format(Map<String, String> values) {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    private static Map<String, String> parse(byte[] text) {
        Map<String, String> values = new TreeMap<>();
        new String(text, StandardCharsets.UTF_8).lines().forEach(line -> {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return values;
    }
}
