package io.dynamo.core.membership;

import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.Route;
import io.dynamo.core.replica.Behind;
import io.dynamo.core.replica.Behind.State;
import io.dynamo.core.replica.Found;
import io.dynamo.core.wire.HelloResponse.Verdict;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the members say of this node's own data directory: that there was another one before it, or, by all of them, that they
 * know of none.
 *
 * <p>Confined to the control lane, but for {@link #unheard} and {@link #isTaken}.
 */
final class OwnDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(OwnDirectory.class);

    private final Membership.Parts parts;
    private final Behind behind;
    private final Collection<PeerLink> links;
    private final Route route;
    private final Directories directories;

    OwnDirectory(Membership.Parts parts, Collection<PeerLink> links, Route route, Directories directories) {
        this.parts = parts;
        this.behind = parts.lifeline().behind();
        this.links = links;
        this.route = route;
        this.directories = directories;
    }

    /** The members that have not let this run of this node in yet: they may know that it has lost its data. */
    List<String> unheard() {
        return links.stream()
                .filter(link -> !link.isSelf() && !link.hasLetUsIn())
                .map(PeerLink::id)
                .toList();
    }

    /** A member lets this node in: whether it may be linked to. Not before what it said is kept, as then it may read. */
    boolean mayLink(String member, Verdict theirs) {
        State state = behind.state();
        if (!theirs.behind() || state == State.CAUGHT_UP) {
            return true;
        }
        if (state == State.UNDECIDED || state == State.FIRST) {
            LOG.warn(
                    "node {}: {} knows another data directory of this node: its data is lost; it takes writes, and answers"
                            + " readers of a partition when it has caught up with the partition's other owners",
                    parts.settings().nodeId(),
                    member);
        }
        return behind.fallBehind(ownPartitions());
    }

    /**
     * A member does not let this node in; it may have said why.
     *
     * @param isAlike whether nothing of what both are configured with differs: then the id is another's
     */
    void refused(PeerLink member, Verdict theirs, boolean isAlike) {
        if (theirs.behind()) {
            if (isAlike) {
                member.taken();
            }
            mayLink(member.id(), theirs);
        }
    }

    /** Whether no member lets this node in, and one says that its id is another's. */
    boolean isTaken() {
        return links.stream().noneMatch(link -> !link.isSelf() && link.isLinked())
                && links.stream().anyMatch(PeerLink::isTaken);
    }

    /** The partitions of which this node is an owner, for some store. */
    BitSet ownPartitions() {
        int replicasMax = parts.settings().replicasMax();
        BitSet own = new BitSet();
        for (int partition = 0; partition < parts.settings().cluster().partitions(); partition++) {
            Peer[] list = route.preferenceList(partition);
            for (int rank = 0; rank < Math.min(replicasMax, list.length); rank++) {
                if (list[rank].isSelf()) {
                    own.set(partition);
                }
            }
        }
        return own;
    }

    /** All members have let it in, and none knows an earlier directory: it is the first one. */
    void decideIfAllLetUsIn(WriteBatch batch) {
        if (unheard().isEmpty()) {
            Found.told(behind.decided(batch));
        }
    }

    /** Nobody has said that there was a directory before, and somebody has to begin. Whoever knows better may still say so. */
    void decideAlone() {
        WriteBatch batch = behind.decided(new WriteBatch());
        if (!batch.isEmpty()) {
            LOG.warn(
                    "node {}: answers readers although {} did not say what they know of its data directory",
                    parts.settings().nodeId(),
                    unheard());
            directories.write(batch, this::logUnkept);
        }
    }

    private void logUnkept(@Nullable StorageException failure) {
        if (failure != null) {
            LOG.warn(
                    "node {}: could not keep that its data directory is the first one: {}",
                    parts.settings().nodeId(),
                    failure.getMessage());
        }
    }
}
