package io.dynamo.core.membership;

import io.dynamo.core.membership.MemberTable.Entry;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.HelloResponse.Verdict;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data directories of the members, as this node knows them: the one of each that it has linked to last itself, and what it
 * and the others know together ({@link MemberTable}). A member that comes on a new one has lost its data, or a second node has
 * taken its id; who holds another one tells by being heard (traps T5).
 *
 * <p>Confined to the control lane, but for {@link #table}.
 */
final class Directories {

    private static final Logger LOG = LoggerFactory.getLogger(Directories.class);
    private static final byte[] MEMBERS = "members".getBytes(StandardCharsets.UTF_8);

    private final Own self;
    private final StorageEngine engine;
    private final Consumer<Runnable> control;
    // Of members that are not configured at present: they may come back.
    private final MemberTable absent;
    private volatile MemberTable table;
    // Something of the table is not on this node's disk, nor on its way there.
    private boolean isUnwritten;
    // Whose new directory is being remembered: one at a time, as each writes the whole table.
    private @Nullable String replaced;
    // When who holds a directory was last heard, linked or not.
    private final Map<DirectoryId, Long> heard = new TreeMap<>();

    /** This node's id and directory. */
    record Own(String id, DirectoryId directory) {}

    /**
     * Reads what was known.
     *
     * @param self this node's own
     * @param members the ids of all members
     * @param engine where it is kept
     * @param control runs what is confined
     * @throws StorageException if it cannot be read
     */
    Directories(Own self, Set<String> members, StorageEngine engine, Consumer<Runnable> control) {
        this.self = self;
        this.control = control;
        this.engine = engine;
        MemberTable stored = stored(engine);
        this.table = stored.only(members::contains);
        this.absent = stored.only(member -> !members.contains(member));
    }

    private static MemberTable stored(StorageEngine engine) {
        try (StorageEngine.Scan scan = engine.scan(Space.META, MEMBERS, StoredKey.endOf(MEMBERS))) {
            return scan.hasNext() ? MemberTableCodec.decode(scan.next().getValue()) : MemberTable.EMPTY;
        } catch (IllegalArgumentException e) {
            throw new StorageException("what is stored of the members cannot be trusted: " + e.getMessage(), e);
        }
    }

    /** What this node knows, and what it was told. */
    MemberTable table() {
        return table;
    }

    /**
     * What becomes of a member that comes on a directory.
     *
     * @param nowNanos the time
     * @param isDeaf whether this node may not have heard who is there
     * @throws StorageException if what is known cannot be read
     */
    Judgement judge(String member, DirectoryId directory, long nowNanos, BooleanSupplier isDeaf) {
        if (member.equals(replaced)) {
            // What the disk says by now may not be durable.
            return Judgement.of(Verdict.refused(
                    "the new data directory of node " + member + " is being remembered; it is asked again"));
        }
        Entry known = table.of(member);
        if (known.isRetired(directory)) {
            return Judgement.of(Verdict.fatal(
                    "node " + member + " came back on a data directory that another one took the place of:"
                            + " what it holds is old, so it must not serve"));
        }
        NavigableSet<DirectoryId> rivals = rivals(member, directory);
        heard.values().removeIf(nanos -> nowNanos - nanos >= Membership.SILENCE_NANOS);
        if (rivals.isEmpty() || known.present().contains(directory)) {
            heard.put(directory, nowNanos);
        }
        if (rivals.isEmpty()) {
            return Judgement.of(known.retired().isEmpty() ? Verdict.ACCEPTED : Verdict.BEHIND);
        }
        if (isDeaf.getAsBoolean() || rivals.stream().anyMatch(heard::containsKey)) {
            return Judgement.of(
                    Verdict.taken("node " + member + " came on another data directory than the one this cluster knows,"
                            + " whose holder was heard a moment ago, or may be; it is asked again"));
        }
        return new Judgement(Verdict.BEHIND, rivals);
    }

    /**
     * What to tell a member, and what to do before that.
     *
     * @param verdict what to tell
     * @param replaces the directories that another one takes the place of
     */
    record Judgement(Verdict verdict, NavigableSet<DirectoryId> replaces) {

        static Judgement of(Verdict verdict) {
            return new Judgement(verdict, Collections.emptyNavigableSet());
        }

        boolean isOfKnownDirectory() {
            return verdict.accepted() && replaces.isEmpty();
        }
    }

    /**
     * The other directories whose holder may be the member. Who was met first-hand counts before what others say: two living
     * holders, each with nodes that know it, would else be refused everywhere.
     */
    private NavigableSet<DirectoryId> rivals(String member, DirectoryId directory) {
        Entry known = table.of(member);
        byte[] own = engine.get(Space.META, directoryKey(member));
        NavigableSet<DirectoryId> rivals = new TreeSet<>(known.present());
        if (own != null && !known.isRetired(DirectoryId.of(own))) {
            rivals.clear();
            rivals.add(DirectoryId.of(own));
        }
        rivals.remove(directory);
        return rivals;
    }

    /**
     * Whether a member that is refused for another reason has lost what it once had.
     *
     * @throws StorageException if what is known cannot be read
     */
    boolean knowsAnother(String member, DirectoryId directory) {
        return !table.of(member).retired().isEmpty()
                || !rivals(member, directory).isEmpty();
    }

    /** Remembers a member's new directory, and that the old ones are none any more; their holders must never be let in again. */
    void replace(String member, NavigableSet<DirectoryId> old, DirectoryId directory, Runnable remembered) {
        if (replaced != null) {
            // It comes again.
            return;
        }
        replaced = member;
        MemberTable next = table.retire(member, old).with(member, directory);
        WriteBatch batch = new WriteBatch()
                .put(Space.META, directoryKey(member), directory.bytes())
                .put(Space.META, MEMBERS, MemberTableCodec.encode(next.merge(absent)));
        write(
                batch,
                failure -> control.accept(() -> {
                    replaced = null;
                    if (failure == null) {
                        table = table.merge(next);
                        LOG.warn(
                                "node {}: {} has come on a new data directory; it is let in, and answers readers when it has"
                                        + " caught up",
                                self.id(),
                                member);
                        remembered.run();
                    } else {
                        LOG.warn(
                                "node {}: could not remember the data directory of {}: {}",
                                self.id(),
                                member,
                                failure.getMessage());
                    }
                    if (isUnwritten) {
                        keep();
                    }
                }));
    }

    /** Says in a batch which directory a member has that is linked to, and which one this node has itself: it was let in. */
    WriteBatch remember(WriteBatch batch, String member, DirectoryId directory) {
        table = table.with(member, directory).with(self.id(), self.directory());
        return withTable(batch.put(Space.META, directoryKey(member), directory.bytes()));
    }

    /** What was not written by {@link #remember} is written with what comes next. */
    void notRemembered() {
        isUnwritten = true;
    }

    /** Takes over what another node knows. It is true whether this node remembers it or not: a crash only lets it be told again. */
    void learn(MemberTable theirs) {
        MemberTable before = table;
        table = before.merge(theirs);
        if (table != before || isUnwritten) {
            keep();
        }
    }

    private void keep() {
        WriteBatch batch = withTable(new WriteBatch());
        if (batch.isEmpty()) {
            return;
        }
        write(batch, failure -> {
            if (failure != null) {
                control.accept(this::notRemembered);
                LOG.warn(
                        "node {}: could not remember what it was told of the members: {}",
                        self.id(),
                        failure.getMessage());
            }
        });
    }

    /** Not while a retirement is on its way to the disk, which this would take back. */
    private WriteBatch withTable(WriteBatch batch) {
        isUnwritten = replaced != null;
        return isUnwritten ? batch : batch.put(Space.META, MEMBERS, MemberTableCodec.encode(table.merge(absent)));
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
}
