package io.dynamo.core.membership;

import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.Hello;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the data directories of the other members had come, as this node has heard. A run that has found less than that is on an
 * older copy: nothing on the copy itself tells it from the latest state (traps T3).
 *
 * <p>Confined to the control lane.
 */
final class LaterStates {

    private static final Logger LOG = LoggerFactory.getLogger(LaterStates.class);
    private static final String SEEN = "seen/";
    private static final int ID_BYTES = 16;
    private static final int BYTES = ID_BYTES + 3 * Long.BYTES;
    // Within a run of the other; what was heard since is forgotten if this node is restarted meanwhile.
    private static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final StorageEngine engine;
    private final Map<String, State> latest = new TreeMap<>();
    private final Map<String, Kept> kept = new TreeMap<>();

    /** Of the latest run that was heard of: which directory it is on, and how far that had come. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    private record State(byte[] directory, long session, long startedMillis, long commits) {

        boolean isOf(Hello hello) {
            return Arrays.equals(directory, hello.directory());
        }

        /** Nothing is later than what is not said. */
        boolean isLaterThan(long foundMillis, long foundCommits) {
            return foundMillis != 0
                    && (startedMillis > foundMillis || startedMillis == foundMillis && commits > foundCommits);
        }

        byte[] bytes() {
            return ByteBuffer.allocate(BYTES)
                    .put(directory)
                    .putLong(session)
                    .putLong(startedMillis)
                    .putLong(commits)
                    .array();
        }

        static State parse(byte[] bytes) {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            byte[] directory = new byte[ID_BYTES];
            in.get(directory);
            return new State(directory, in.getLong(), in.getLong(), in.getLong());
        }
    }

    /** What of it is on this node's own disk, or on its way there, and since when. */
    private record Kept(long commits, long nanos) {}

    LaterStates(StorageEngine engine) {
        this.engine = engine;
        byte[] from = SEEN.getBytes(StandardCharsets.UTF_8);
        try (StorageEngine.Scan scan = engine.scan(Space.META, from, StoredKey.endOf(from))) {
            while (scan.hasNext()) {
                Map.Entry<byte[], byte[]> entry = scan.next();
                if (entry.getValue().length == BYTES) {
                    String id = new String(entry.getKey(), StandardCharsets.UTF_8);
                    latest.put(id.substring(SEEN.length()), State.parse(entry.getValue()));
                }
            }
        }
    }

    /** Whether a member is on an older state of its directory than was heard of; one that does not say what it found is not. */
    boolean knows(String member, Hello hello) {
        State known = latest.get(member);
        Hello.Found found = hello.copy().found();
        if (known == null || !known.isOf(hello) || known.session() == hello.session()) {
            return false;
        }
        return known.isLaterThan(found.startedMillis(), found.commits())
                // What was heard since is of the runs that nobody was told of.
                || known.startedMillis() < found.sinceMillis()
                        && known.isLaterThan(found.untoldMillis(), found.untoldCommits());
    }

    /** A member has said how far it has come. */
    void heard(String member, Hello hello, long nowNanos) {
        State known = latest.get(member);
        Hello.Copy copy = hello.copy();
        long startedMillis = copy.startedMillis();
        long commits = copy.commits();
        if (known != null && known.isOf(hello) && known.session() == hello.session()) {
            // Within a run what is said may overtake itself.
            startedMillis = Math.max(known.startedMillis(), startedMillis);
            commits = Math.max(known.commits(), commits);
        }
        latest.put(member, new State(hello.directory(), hello.session(), startedMillis, commits));
        Kept before = kept.get(member);
        if (before != null && nowNanos - before.nanos() >= KEEP_NANOS) {
            keepLater(member, nowNanos);
        }
    }

    /** Keeps what was heard of a member, with its directory. */
    WriteBatch keep(WriteBatch batch, String member, long nowNanos) {
        State state = latest.get(member);
        if (state == null) {
            return batch;
        }
        kept.put(member, new Kept(state.commits(), nowNanos));
        return batch.put(Space.META, (SEEN + member).getBytes(StandardCharsets.UTF_8), state.bytes());
    }

    /** Nobody waits for it: what is lost of it with the power is what a copy of the last minute is not noticed by. */
    private void keepLater(String member, long nowNanos) {
        State state = latest.get(member);
        Kept before = kept.get(member);
        if (state == null || before == null || before.commits() == state.commits()) {
            return;
        }
        try {
            engine.write(keep(new WriteBatch(), member, nowNanos), Durability.BUFFERED, f -> logUnkept(member, f));
        } catch (StorageException e) {
            logUnkept(member, e);
        }
    }

    private static void logUnkept(String member, @Nullable StorageException failure) {
        if (failure != null) {
            LOG.debug("could not remember how far {} has come: {}", member, failure.getMessage());
        }
    }
}
