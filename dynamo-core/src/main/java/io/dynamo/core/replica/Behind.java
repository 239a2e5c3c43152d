package io.dynamo.core.replica;

import io.dynamo.spi.Durability;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of which partitions this node's data directory may lack what its node has acknowledged: of those it answers no reader. A
 * new directory does not know whether there was another one before it until the members have said so; what they say is kept,
 * so that a crash does not make it forget.
 *
 * <p>Thread: any.
 */
public final class Behind {

    private static final Logger LOG = LoggerFactory.getLogger(Behind.class);
    private static final byte[] KEY = "behind".getBytes(StandardCharsets.UTF_8);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What is known of a data directory; the numbers are the disk's. */
    public enum State {
        /** It is new, and nobody has said yet whether there was one before it. */
        UNDECIDED(0),
        /** There was one before it: it has to catch up. */
        BEHIND(1),
        /** It is its node's first one, as far as anybody has said. */
        FIRST(2),
        /** It has caught up, whatever may still be said of what was before it. */
        CAUGHT_UP(3),
        /** It is an older state of itself: it has to catch up, and may hold what was removed everywhere else. */
        WENT_BACK(4);

        private final int number;

        State(int number) {
            this.number = number;
        }
    }

    /** A state, and the partitions that are missing in it. Never changed. */
    private record Standing(State state, BitSet partitions) {

        static final Standing CAUGHT_UP = new Standing(State.CAUGHT_UP, new BitSet());

        boolean lacks(int partition) {
            return state == State.UNDECIDED || partitions.get(partition);
        }

        Standing without(int partition) {
            BitSet rest = (BitSet) partitions.clone();
            rest.clear(partition);
            return rest.isEmpty() ? CAUGHT_UP : new Standing(state, rest);
        }

        boolean hasWentBack(BitSet more) {
            BitSet rest = (BitSet) more.clone();
            rest.andNot(partitions);
            return state == State.WENT_BACK && rest.isEmpty();
        }

        Standing wentBack(BitSet more) {
            BitSet all = (BitSet) partitions.clone();
            all.or(more);
            return all.isEmpty() ? CAUGHT_UP : new Standing(State.WENT_BACK, all);
        }

        byte[] bytes() {
            byte[] bits = partitions.toByteArray();
            byte[] bytes = new byte[1 + bits.length];
            bytes[0] = (byte) state.number;
            System.arraycopy(bits, 0, bytes, 1, bits.length);
            return bytes;
        }

        static Standing parse(byte[] bytes) {
            for (State state : State.values()) {
                if (bytes.length > 0 && state.number == bytes[0]) {
                    return new Standing(state, BitSet.valueOf(Arrays.copyOfRange(bytes, 1, bytes.length)));
                }
            }
            throw new StorageException("the data directory does not say in a known way whether it is behind", null);
        }
    }

    private final NodeRuntime runtime;
    private final StorageEngine engine;
    // By which readers are answered: never ahead of what the disk says.
    private volatile Standing shown;
    private final AtomicReference<Standing> reached;
    private final AtomicBoolean isWriting = new AtomicBoolean();
    private volatile boolean isKept = true;
    private volatile boolean hasGoneBack;
    private volatile boolean isHeldBack;
    private volatile Runnable catchUp = () -> {};

    /**
     * Reads what is known of a directory; one of before it could be behind is not.
     *
     * @param runtime lets time pass
     * @param engine the directory
     * @throws StorageException if it cannot be read
     */
    public Behind(NodeRuntime runtime, StorageEngine engine) {
        this.runtime = runtime;
        this.engine = engine;
        Standing stored = stored(engine);
        this.shown = stored;
        this.hasGoneBack = stored.state() == State.WENT_BACK;
        this.reached = new AtomicReference<>(stored);
    }

    private static Standing stored(StorageEngine engine) {
        try (StorageEngine.Scan scan = engine.scan(Space.META, KEY, Arrays.copyOf(KEY, KEY.length + 1))) {
            if (scan.hasNext()) {
                Map.Entry<byte[], byte[]> entry = scan.next();
                return Standing.parse(entry.getValue());
            }
        }
        return new Standing(State.FIRST, new BitSet());
    }

    /**
     * Says of a new directory that nobody has judged it yet, in the batch that makes it one: it must not come back from a
     * crash as one that was judged.
     *
     * @param batch the batch
     * @return the batch
     */
    public static WriteBatch undecided(WriteBatch batch) {
        return batch.put(Space.META, KEY, new Standing(State.UNDECIDED, new BitSet()).bytes());
    }

    private Standing reached() {
        return Objects.requireNonNull(reached.get());
    }

    /**
     * What is known of the directory.
     *
     * @return as of now
     */
    public State state() {
        return shown.state();
    }

    /**
     * Whether readers of a partition are not answered.
     *
     * @param partition its number
     * @return true while something may be missing
     */
    public boolean lacks(int partition) {
        return shown.lacks(partition);
    }

    /**
     * Whether something of a partition that is as old as what was removed elsewhere may be dropped here.
     *
     * @param partition its number
     * @return true while the directory is an older copy of itself, and has not been compared with all other owners
     */
    public boolean mayDrop(int partition) {
        Standing now = shown;
        return now.state() == State.WENT_BACK && now.lacks(partition);
    }

    /**
     * How many partitions there are of which readers are not answered.
     *
     * @param all how many partitions there are
     * @return 0 if nothing is missing
     */
    public int count(int all) {
        Standing now = shown;
        return now.state() == State.UNDECIDED ? all : now.partitions().cardinality();
    }

    /**
     * Says how to catch up.
     *
     * @param work begins, now or as soon as it is known that this node is behind; more than once does no harm
     */
    public void whenBehind(Runnable work) {
        catchUp = work;
        if (isBehind()) {
            work.run();
        }
    }

    private boolean isBehind() {
        return state() == State.BEHIND || state() == State.WENT_BACK;
    }

    /**
     * Nobody has known an earlier directory: it is the first one.
     *
     * @param batch keeps it; losing that only lets the question be asked again
     * @return the batch
     */
    public WriteBatch decided(WriteBatch batch) {
        Standing first = new Standing(State.FIRST, new BitSet());
        Standing before = reached();
        if (before.state() != State.UNDECIDED || !reached.compareAndSet(before, first)) {
            return batch;
        }
        shown = first;
        return batch.put(Space.META, KEY, first.bytes());
    }

    /**
     * A member has known an earlier directory. One that has caught up once does not fall behind by that again.
     *
     * @param partitions which it has to catch up on
     * @return whether the disk knows, so that whoever said it may be linked to
     */
    public boolean fallBehind(BitSet partitions) {
        Standing before = reached();
        if (before.state() == State.UNDECIDED || before.state() == State.FIRST) {
            Standing behind =
                    partitions.isEmpty() ? Standing.CAUGHT_UP : new Standing(State.BEHIND, (BitSet) partitions.clone());
            if (reached.compareAndSet(before, behind)) {
                isKept = false;
                shown = behind;
                write();
            }
        }
        return isKept;
    }

    /**
     * The directory shows an older state of itself than it once had, or what it shows of some partitions is older: whatever was known of
     * it, it has to catch up on these, with those that were missing before.
     *
     * @param partitions which
     * @return whether the disk knows
     */
    public boolean goBack(BitSet partitions) {
        Standing before = reached();
        if (!before.hasWentBack(partitions)) {
            while (!reached.compareAndSet(before, before.wentBack(partitions))) {
                before = reached();
            }
            isKept = false;
            hasGoneBack = true;
            // Readers are not answered from now on.
            shown = reached();
            write();
        }
        return isKept;
    }

    /**
     * The same, and none of the partitions is caught up on until {@link #letGo}: what they hold is about to be dropped.
     *
     * @param partitions which
     * @return whether the disk knows
     */
    public boolean holdBack(BitSet partitions) {
        isHeldBack = true;
        return goBack(partitions);
    }

    /** What was to be dropped is: what remains of all partitions that are missing is compared anew. */
    public void letGo() {
        isHeldBack = false;
        catchUp.run();
    }

    /**
     * Whether the directory went back in this run, or in an earlier one, and had not caught up when this one began.
     *
     * @return true as long as this run lasts
     */
    public boolean hasGoneBack() {
        return hasGoneBack;
    }

    /**
     * Whether the disk knows what was said of it.
     *
     * @return false while that is on its way there
     */
    public boolean isKept() {
        return isKept;
    }

    /**
     * Says the same of a directory before its node begins: it must not come back from a crash as one that lacks nothing.
     *
     * @param batch keeps it
     * @param partitions those of its node
     * @return the batch
     */
    public static WriteBatch wentBack(WriteBatch batch, BitSet partitions) {
        return batch.put(Space.META, KEY, new Standing(State.WENT_BACK, partitions).bytes());
    }

    /**
     * A partition has been compared with all its other owners.
     *
     * @param partition its number; its readers are answered as soon as the disk knows
     */
    public void caughtUp(int partition) {
        if (isHeldBack) {
            return;
        }
        Standing before = reached();
        while (before.partitions().get(partition) && !reached.compareAndSet(before, before.without(partition))) {
            before = reached();
        }
        if (reached() != shown) {
            write();
        }
    }

    /** One write at a time; what comes meanwhile goes with the next. */
    private void write() {
        if (!isWriting.compareAndSet(false, true)) {
            return;
        }
        Standing next = reached();
        try {
            engine.write(
                    new WriteBatch().put(Space.META, KEY, next.bytes()),
                    Durability.SYNC,
                    failure -> written(next, failure));
        } catch (StorageException e) {
            written(next, e);
        }
    }

    private void written(Standing standing, @Nullable StorageException failure) {
        if (failure != null) {
            LOG.warn("cannot keep how far this node has caught up, will try again: {}", failure.getMessage());
            runtime.schedule(RETRY_NANOS, () -> {
                isWriting.set(false);
                write();
            });
            return;
        }
        boolean isLatest = reached() == standing;
        if (isKept || isLatest) {
            shown = standing;
        }
        if (!isKept && isLatest) {
            isKept = true;
            catchUp.run();
        }
        isWriting.set(false);
        if (reached() != standing) {
            write();
        }
    }
}
