package io.dynamo.core.membership;

import io.dynamo.core.replica.Behind;
import io.dynamo.core.replica.Found;
import io.dynamo.core.replica.Settled;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.HelloResponse.Verdict;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this node's own directory is an older copy of itself: a member may have heard of a later state of it, or have carried out an
 * order that this disk, were it the latest, would have agreed to. In both cases it has to catch up; in the latter it may hold what was
 * removed everywhere else, and no link is made before that is off the disk.
 *
 * <p>Confined to the control lane.
 */
final class OwnCopy {

    private static final Logger LOG = LoggerFactory.getLogger(OwnCopy.class);

    private final Membership.Parts parts;
    private final Behind behind;
    private final Supplier<BitSet> partitions;
    private final Directories directories;
    // Once it is known, what this run has found is no news.
    private boolean isKnown;
    private boolean isShedding;

    OwnCopy(Membership.Parts parts, Supplier<BitSet> partitions, Directories directories) {
        this.parts = parts;
        this.behind = parts.lifeline().behind();
        this.partitions = partitions;
        this.directories = directories;
    }

    /**
     * What to tell a member of it.
     *
     * @param isLinked whether there is a link to that: then it knows how far the removal has come
     */
    Hello.Copy told(boolean isLinked) {
        Membership.Self self = parts.self();
        long startedMillis = self.incarnations().startedMillis();
        long commits = parts.engine().synced();
        return new Hello.Copy(
                startedMillis,
                isKnown && behind.isKept()
                        ? Hello.Found.NOTHING
                        : found(self.incarnations().found()),
                commits,
                behind.hasGoneBack(),
                isLinked,
                isLinked ? List.of() : settled());
    }

    private static Hello.Found found(Found found) {
        return new Hello.Found(
                found.startedMillis(),
                found.commits(),
                found.untoldMillis(),
                found.untoldCommits(),
                found.sinceMillis());
    }

    private List<Hello.Settled> settled() {
        try {
            return Settled.stored(parts.engine()).stream()
                    .map(one -> new Hello.Settled(one.partition(), one.voted(), one.untilMillis(), one.ordered()))
                    .toList();
        } catch (StorageException e) {
            LOG.warn("node {}: cannot read what was settled at present: {}", id(), e.getMessage());
            return List.of();
        }
    }

    private String id() {
        return parts.settings().nodeId();
    }

    /** A member has heard of a later state of this node's directory; whether that is news. */
    boolean isOlder(String member, Verdict theirs) {
        if (isKnown) {
            return false;
        }
        isKnown = true;
        LOG.warn(
                "node {}: {} has heard of a later state of this node's data directory, which is an older copy: {}; it takes"
                        + " writes, and answers readers of a partition when it has caught up with the partition's other"
                        + " owners",
                id(),
                member,
                theirs.reason());
        behind.goBack(partitions.get());
        directories.write(Found.told(new WriteBatch()), this::logUnkept);
        return true;
    }

    private void logUnkept(@Nullable StorageException failure) {
        if (failure != null) {
            LOG.warn("node {}: could not keep what it was told: {}", id(), failure.getMessage());
        }
    }

    /** Whether a greeting says how far the removal has come on its sender's disk, or need not say it. */
    boolean isTold(PeerLink member, Hello hello) {
        return !hello.copy().isLinked() || member.isCompared(hello.session());
    }

    /**
     * Whether a link may be made to a member that tells how far removal has come on its disk, as far as this node's own copy goes.
     *
     * @return null if so, or why not
     * @throws StorageException if the disk cannot be read at present
     */
    @Nullable
    String mayNotLink(PeerLink member, Hello hello) {
        if (member.isCompared(hello.session())) {
            return null;
        }
        if (!isTold(member, hello)) {
            return "it has not said yet how far the removal of deleted records has come on its disk";
        }
        List<Settled> older = older(hello.copy().settled());
        if (older.isEmpty()) {
            member.compared(hello.session());
            return null;
        }
        if (behind.holdBack(partitions.get()) && !isShedding) {
            isShedding = true;
            LOG.warn(
                    "node {}: {} knows of removals of deleted records in {} partitions that this node's disk had to agree to"
                            + " and does not know of: it is an older copy, and what may have been removed meanwhile is dropped",
                    id(),
                    member,
                    older.size());
            parts.lifeline()
                    .shedding()
                    .begin(older, () -> parts.lifeline().control().accept(this::hasShed));
        }
        return id() + " is on an older copy of its data directory, and drops what was removed since";
    }

    private void hasShed() {
        isShedding = false;
        behind.letGo();
    }

    /** Where this disk is older than its own answers; where it is known to be old, older than any answer of others. */
    private List<Settled> older(List<Hello.Settled> theirs) {
        Map<Integer, Long> own = new TreeMap<>();
        Settled.stored(parts.engine()).forEach(one -> own.put(one.partition(), one.voted()));
        boolean isOld = behind.state() == Behind.State.WENT_BACK;
        List<Settled> older = new ArrayList<>();
        for (Hello.Settled one : theirs) {
            long limit = isOld ? Math.max(one.voted(), one.ordered()) : one.ordered();
            if (own.getOrDefault(one.partition(), 0L) < limit) {
                older.add(new Settled(one.partition(), one.voted(), one.untilMillis(), one.ordered()));
            }
        }
        return older;
    }
}
