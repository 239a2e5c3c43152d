package io.dynamo.core.membership;

import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.membership.Directories.Judgement;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.HelloResponse.Verdict;
import io.dynamo.spi.StorageException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What becomes of a member that introduces itself: by what it is configured with, by which directory it comes on, and by which
 * state of that.
 *
 * <p>Confined to the control lane.
 */
final class Admittance {

    private final NodeSettings settings;
    private final List<Hello.Setting> agreed;
    private final Directories directories;
    private final LaterStates laterStates;
    private final OwnCopy copy;
    private final Gossip gossip;

    Admittance(
            NodeSettings settings,
            List<Hello.Setting> agreed,
            Directories directories,
            LaterStates laterStates,
            OwnCopy copy,
            Gossip gossip) {
        this.settings = settings;
        this.agreed = agreed;
        this.directories = directories;
        this.laterStates = laterStates;
        this.copy = copy;
        this.gossip = gossip;
    }

    /**
     * Judges.
     *
     * @param nowNanos the time
     * @param isDeaf whether this node may not have heard who is there
     */
    Judgement judge(PeerLink link, Hello hello, long nowNanos, BooleanSupplier isDeaf) {
        if (hello.directory().length != DirectoryId.BYTES) {
            return Judgement.of(Verdict.refused("a directory id of " + hello.directory().length + " bytes"));
        }
        DirectoryId directory = DirectoryId.of(hello.directory());
        String difference = Agreement.difference(settings, agreed, hello);
        try {
            if (!difference.isEmpty()) {
                boolean isBehind = directories.knowsAnother(link.id(), directory);
                return Judgement.of(isBehind ? Verdict.differentAndBehind(difference) : Verdict.refused(difference));
            }
            gossip.compare(link, hello, nowNanos);
            Judgement judgement = directories.judge(link.id(), directory, nowNanos, isDeaf);
            if (!judgement.isOfKnownDirectory()) {
                return judgement;
            }
            Verdict ofCopies = judgeCopies(link, hello);
            return ofCopies.accepted() ? judgement : Judgement.of(ofCopies);
        } catch (StorageException e) {
            return Judgement.of(
                    Verdict.refused("the storage of " + settings.nodeId() + " cannot be read: " + e.getMessage()));
        }
    }

    /** Both directories are the ones that are known: whether they are the latest states of these. */
    private Verdict judgeCopies(PeerLink link, Hello hello) {
        if (laterStates.knows(link.id(), hello)) {
            return Verdict.wentBack(settings.nodeId() + " has linked to a later run of " + link.id()
                    + ", or to one that had come further");
        }
        String why = copy.mayNotLink(link, hello);
        return why == null ? Verdict.ACCEPTED : Verdict.refused(why);
    }
}
