package io.dynamo.core.membership;

import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.HelloResponse.Verdict;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data directories of the other members, as this node knows them: the present one of each, and those that another one
 * took the place of. A member that comes on a new one has lost its data, or a second node has taken its id; who holds the
 * old one tells by being heard (traps T5).
 *
 * <p>Confined to the control lane.
 */
final class Directories {

    private static final Logger LOG = LoggerFactory.getLogger(Directories.class);
    private static final String RETIRED = "retired/";
    private static final int ID_BYTES = 16;
    // A node in memory leaves one behind with each restart, and nobody can come back on those.
    private static final int RETIRED_MAX = 1_024;

    private final String self;
    private final StorageEngine engine;
    private final Consumer<Runnable> control;
    private final Map<String, List<byte[]>> retired = new TreeMap<>();
    // Whose new directory is being remembered.
    private final Set<String> replaced = new TreeSet<>();

    Directories(String self, StorageEngine engine, Consumer<Runnable> control) {
        this.self = self;
        this.control = control;
        this.engine = engine;
        byte[] from = RETIRED.getBytes(StandardCharsets.UTF_8);
        try (StorageEngine.Scan scan = engine.scan(Space.META, from, StoredKey.endOf(from))) {
            while (scan.hasNext()) {
                Map.Entry<byte[], byte[]> entry = scan.next();
                String id = new String(entry.getKey(), StandardCharsets.UTF_8).substring(RETIRED.length());
                retired.put(id, split(entry.getValue()));
            }
        }
    }

    /**
     * What becomes of a member that comes on a directory.
     *
     * @param mayLive whether the holder of the one that is known may still be there
     * @throws StorageException if what is known cannot be read
     */
    Judgement judge(String member, byte[] directory, BooleanSupplier mayLive) {
        if (replaced.contains(member)) {
            // What the disk says by now may not be durable.
            return new Judgement(
                    Verdict.refused(
                            "the new data directory of node " + member + " is being remembered; it is asked again"),
                    null);
        }
        List<byte[]> before = retired.getOrDefault(member, List.of());
        if (before.stream().anyMatch(old -> Arrays.equals(old, directory))) {
            return new Judgement(
                    Verdict.fatal(
                            "node " + member + " came back on a data directory that another one took the place of:"
                                    + " what it holds is old, so it must not serve"),
                    null);
        }
        byte[] known = engine.get(Space.META, directoryKey(member));
        if (known == null || Arrays.equals(known, directory)) {
            return new Judgement(before.isEmpty() ? Verdict.ACCEPTED : Verdict.BEHIND, null);
        }
        if (mayLive.getAsBoolean()) {
            return new Judgement(
                    Verdict.taken("node " + member + " came on another data directory than the one this cluster knows,"
                            + " whose holder was heard a moment ago, or may be; it is asked again"),
                    null);
        }
        return new Judgement(Verdict.BEHIND, known);
    }

    /**
     * What to tell a member, and what to do before that.
     *
     * @param verdict what to tell
     * @param replaces the directory that another one takes the place of; null if none does
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Judgement(Verdict verdict, byte @Nullable [] replaces) {

        boolean isOfKnownDirectory() {
            return verdict.accepted() && replaces == null;
        }
    }

    /**
     * Whether a member that is refused for another reason has lost what it once had.
     *
     * @throws StorageException if what is known cannot be read
     */
    boolean knowsAnother(String member, byte[] directory) {
        byte[] known = engine.get(Space.META, directoryKey(member));
        return retired.containsKey(member) || known != null && !Arrays.equals(known, directory);
    }

    /** Remembers a member's new directory, and that the old one is one no more; the old one's holder must never be let in again. */
    void replace(String member, byte[] old, byte[] directory, Runnable remembered) {
        if (!replaced.add(member)) {
            return;
        }
        List<byte[]> all = new ArrayList<>(retired.getOrDefault(member, List.of()));
        all.add(old);
        List<byte[]> kept = List.copyOf(all.subList(Math.max(0, all.size() - RETIRED_MAX), all.size()));
        WriteBatch batch = new WriteBatch()
                .put(Space.META, directoryKey(member), directory)
                .put(Space.META, (RETIRED + member).getBytes(StandardCharsets.UTF_8), join(kept));
        write(
                batch,
                failure -> control.accept(() -> {
                    replaced.remove(member);
                    if (failure == null) {
                        retired.put(member, kept);
                        LOG.warn(
                                "node {}: {} has come on a new data directory; it is let in, and answers readers when it has"
                                        + " caught up",
                                self,
                                member);
                        remembered.run();
                    } else {
                        LOG.warn(
                                "node {}: could not remember the data directory of {}: {}",
                                self,
                                member,
                                failure.getMessage());
                    }
                }));
    }

    /** Says in a batch which directory a member has. */
    WriteBatch remember(WriteBatch batch, String member, byte[] directory) {
        return batch.put(Space.META, directoryKey(member), directory);
    }

    void write(WriteBatch batch, Written done) {
        try {
            engine.write(batch, Durability.SYNC, done::written);
        } catch (StorageException e) {
            done.written(e);
        }
    }

    /** Told null, or why it was not written. */
    @FunctionalInterface
    interface Written {
        void written(@Nullable StorageException failure);
    }

    private static byte[] directoryKey(String member) {
        return ("directory/" + member).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(List<byte[]> ids) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(ids.size() * ID_BYTES);
        ids.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static List<byte[]> split(byte[] all) {
        List<byte[]> ids = new ArrayList<>(all.length / ID_BYTES);
        for (int at = 0; at + ID_BYTES <= all.length; at += ID_BYTES) {
            ids.add(Arrays.copyOfRange(all, at, at + ID_BYTES));
        }
        return List.copyOf(ids);
    }
}
