package io.dynamo.core.membership;

import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.MemberTableMessage;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the tables of all members alike (Dynamo §4.8.1). Each answer to a greeting carries the digest of its sender's table; where
 * two differ for longer than a greeting takes, the one whose id comes first sends its table, and the other answers with what
 * came of both if that is more. As all greet all, nobody has to be chosen by chance.
 *
 * <p>Confined to the control lane.
 */
final class Gossip {

    private static final Logger LOG = LoggerFactory.getLogger(Gossip.class);
    // A little less than the time between two greetings: a difference that goes away by itself is not worth a table.
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
    // Between two tables that this node sends of its own accord, to whomever; a few may go at once.
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long AHEAD_NANOS = 4 * PACE_NANOS;

    private final String self;
    private final Directories directories;
    private final Map<String, PeerLink> links;
    private final Consumer<PeerLink> retired;
    // The members that this run has found to be of its cluster, and since when their tables differ from its own, or 0.
    private final Map<String, Long> differsSince = new TreeMap<>();
    private long pacedNanos = Long.MIN_VALUE;

    /**
     * Begins with no member compared.
     *
     * @param self this node's id
     * @param directories whose table it is
     * @param links to all members
     * @param retired told of a link to a directory that another one took the place of
     */
    Gossip(String self, Directories directories, Map<String, PeerLink> links, Consumer<PeerLink> retired) {
        this.self = self;
        this.directories = directories;
        this.links = links;
        this.retired = retired;
    }

    /** A member has greeted, and is configured alike. */
    void compare(PeerLink member, Hello hello, long nowNanos) {
        if (hello.table() == directories.table().digest()) {
            differsSince.put(member.id(), 0L);
            return;
        }
        long since = differsSince.getOrDefault(member.id(), 0L);
        if (since == 0) {
            differsSince.put(member.id(), nowNanos);
        } else if (nowNanos - since >= PATIENCE_NANOS && self.compareTo(member.id()) < 0 && isPaced(nowNanos)) {
            differsSince.put(member.id(), nowNanos);
            member.sendUnlinked(message(false));
        }
    }

    private boolean isPaced(long nowNanos) {
        long next = Math.max(pacedNanos, nowNanos) + PACE_NANOS;
        if (next - nowNanos > AHEAD_NANOS) {
            return false;
        }
        pacedNanos = next;
        return true;
    }

    private MemberTableMessage message(boolean isAnswer) {
        return new MemberTableMessage(MemberTableCodec.encode(directories.table()), isAnswer);
    }

    /** A member says what it knows. */
    void onTable(PeerLink member, MemberTableMessage message) {
        if (!differsSince.containsKey(member.id())) {
            // It may be of another cluster; if not, it comes again.
            return;
        }
        MemberTable theirs;
        try {
            theirs = MemberTableCodec.decode(message.table());
        } catch (IllegalArgumentException e) {
            LOG.warn("node {}: refused what {} knows of the members: {}", self, member, e.getMessage());
            return;
        }
        if (!links.keySet().containsAll(theirs.entries().keySet())) {
            LOG.warn("node {}: refused what {} knows of the members: it names strangers", self, member);
            return;
        }
        directories.learn(theirs);
        MemberTable both = directories.table();
        links.values().stream()
                .filter(link -> link.isOn(both.of(link.id()).retired().keySet()))
                .forEach(retired);
        if (!message.isAnswer() && !both.equals(theirs)) {
            member.sendUnlinked(message(true));
        }
    }
}
