package io.dynamo.core.membership;

import io.dynamo.api.MemberView;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.Route;
import io.dynamo.core.replica.Incarnations;
import io.dynamo.core.ring.Placement;
import io.dynamo.core.ring.RingMember;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.HelloResponse;
import io.dynamo.core.wire.HelloResponse.Verdict;
import io.dynamo.core.wire.MemberTableMessage;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.ProbeRequest;
import io.dynamo.core.wire.Rejection;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.Transport;
import io.dynamo.spi.WriteBatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members and the handshake with each. Requests go only over a link whose handshake agreed on everything that must be
 * alike, and only to the run of the member that shook hands: a restarted one asks for a new handshake.
 *
 * <p>Thread: any; handshakes are confined to one lane by the node.
 */
public final class Membership implements PeerLink.Sender {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    // A linked member is greeted every fifth round; three greetings without an answer end the link.
    private static final int ROUNDS_PER_GREETING = 5;
    // A round that comes so late tells of this node, not of others.
    private static final long OVERSLEPT_NANOS = 2 * ROUND_NANOS;
    // In the place of the lane in a request's id: a probe's answer is nobody's but the detector's.
    private static final long NO_LANE = 0xff;
    static final long SILENCE_NANOS = 3 * ROUNDS_PER_GREETING * ROUND_NANOS + ROUND_NANOS;

    private final Parts parts;
    private final Map<String, PeerLink> links = new TreeMap<>();
    private final MemberRoute route;
    private final FailureDetector detector;
    private final Directories directories;
    private final Gossip gossip;
    private final OwnDirectory own;
    private final LaterStates laterStates;
    private final OwnCopy copy;
    private final Admittance admittance;
    // Since when this node can have heard whoever is there.
    private volatile long listeningNanos;
    private volatile boolean isClosed;
    private final Greetings greetings;
    private long round;
    private long probes;
    private volatile long roundDueNanos;
    private volatile Consumer<Peer> onLinked = peer -> {};

    /**
     * What membership is made of.
     *
     * @param settings the configuration
     * @param runtime time
     * @param engine remembers the directory ids of members
     * @param transport reaches them
     * @param self this run of this node
     * @param lifeline what becomes of this node by what others say
     */
    public record Parts(
            NodeSettings settings,
            NodeRuntime runtime,
            StorageEngine engine,
            Transport transport,
            Self self,
            Lifeline lifeline) {}

    /**
     * This run of this node.
     *
     * @param directory identity of its storage
     * @param session names it: from the incarnation it began with
     * @param incarnations its own, and what it has heard of others'
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a record
    public record Self(byte[] directory, long session, Incarnations incarnations) {}

    /**
     * Knows the members, has a link to none.
     *
     * @param parts what it is made of
     */
    public Membership(Parts parts) {
        this.parts = parts;
        List<RingMember> members = parts.settings().cluster().members().stream()
                .map(member -> new RingMember(member.id(), member.weight(), member.zone()))
                .toList();
        for (NodeSettings.Member member : parts.settings().cluster().members()) {
            links.put(member.id(), new PeerLink(this, member.id(), member.address()));
        }
        Placement placement = Placement.of(members, parts.settings().cluster().partitions());
        this.route = new MemberRoute(placement, this::linkTo);
        this.detector = new FailureDetector(
                id(),
                new Standing.Patience(
                        parts.settings().detector().downAfter().toNanos(),
                        parts.settings().detector().holdMax().toNanos()),
                this::probe);
        List<Hello.Setting> agreed = Agreement.of(parts.settings());
        this.directories = new Directories(
                new Directories.Own(id(), DirectoryId.of(parts.self().directory())),
                links.keySet(),
                parts.engine(),
                task -> parts.lifeline().control().accept(task));
        this.gossip = new Gossip(id(), directories, links, this::refuseRetired);
        this.own = new OwnDirectory(parts, links.values(), route, directories);
        this.laterStates = new LaterStates(parts.engine());
        this.copy = new OwnCopy(parts, own::ownPartitions, directories);
        this.greetings = new Greetings(parts, agreed, directories, copy);
        this.admittance = new Admittance(parts.settings(), agreed, directories, laterStates, copy, gossip);
    }

    /**
     * Begins to shake hands, and goes on: a link lasts as long as greetings are answered.
     *
     * @param whenLinked told of each member, and of each new run of it, when there is a link to it
     * @param told what others are told of this node's work in the background
     */
    public void start(Consumer<Peer> whenLinked, Supplier<Hello.Background> told) {
        onLinked = whenLinked;
        greetings.tell(told);
        roundDueNanos = parts.runtime().nanoTime();
        listeningNanos = roundDueNanos;
        parts.runtime()
                .schedule(
                        parts.settings().cluster().readyTimeout().toNanos(),
                        () -> parts.lifeline().control().accept(this::decideAlone));
        links.values().forEach(link -> link.stand(Standing.unknown(roundDueNanos)));
        greet();
    }

    private void decideAlone() {
        if (!isClosed) {
            own.decideAlone();
        }
    }

    /** Sends no more handshakes. */
    public void close() {
        isClosed = true;
    }

    private void greet() {
        if (isClosed) {
            return;
        }
        greetings.round();
        boolean greetsAll = round++ % ROUNDS_PER_GREETING == 0;
        long now = parts.runtime().nanoTime();
        if (now - roundDueNanos > OVERSLEPT_NANOS) {
            listeningNanos = now;
            detector.overslept(links.values(), now);
        } else {
            detector.judge(links.values(), now);
        }
        for (PeerLink link : links.values()) {
            if (!link.isSelf() && link.isLinked() && now - link.heardNanos() > SILENCE_NANOS) {
                refuse(link, "no answer for " + TimeUnit.NANOSECONDS.toMillis(now - link.heardNanos()) + " ms");
            }
            if (!link.isSelf() && (greetsAll || !link.isLinked())) {
                link.sendUnlinked(greetings.next(link.isLinked()));
            }
        }
        roundDueNanos = now + ROUND_NANOS;
        parts.runtime().schedule(ROUND_NANOS, this::greet);
    }

    private void probe(PeerLink link) {
        link.asked(parts.runtime().nanoTime());
        long number = ++probes;
        link.send(new ProbeRequest(
                number << Byte.SIZE | NO_LANE,
                (int) (number % Integer.MAX_VALUE),
                TimeUnit.NANOSECONDS.toMicros(
                        parts.settings().detector().downAfter().toNanos())));
    }

    /**
     * What this node believes of the members.
     *
     * @return the belief as of now
     */
    public List<MemberView> view() {
        long now = parts.runtime().nanoTime();
        return links.values().stream().map(link -> link.view(now)).toList();
    }

    /**
     * The members of which none has let this run of this node in yet: they may know that it has lost its data.
     *
     * @return ids, in order
     */
    public List<String> unheard() {
        return own.unheard();
    }

    /**
     * Whether no member lets this node in, and one says that its id is another's, who may still be there.
     *
     * @return as of now
     */
    public boolean isTaken() {
        return own.isTaken();
    }

    /**
     * How often a member was held down.
     *
     * @return counted since the start
     */
    public long holds() {
        return detector.holds();
    }

    /**
     * The present route.
     *
     * @return a snapshot
     */
    public Route route() {
        return route;
    }

    /**
     * A member by its id.
     *
     * @param id a node id
     * @return null if there is none of that id
     */
    public @Nullable Peer peer(String id) {
        return links.get(id);
    }

    /**
     * Whether an id is that of another member.
     *
     * @param id a node id
     * @return false for this node, and for strangers
     */
    public boolean isOther(String id) {
        PeerLink link = links.get(id);
        return link != null && !link.isSelf();
    }

    /**
     * All members.
     *
     * @return in the order of their ids
     */
    public List<Peer> peers() {
        return List.copyOf(links.values());
    }

    /**
     * Names this run to others.
     *
     * @return the incarnation
     */
    public long session() {
        return parts.self().session();
    }

    /**
     * What this node knows of the data directories of all members.
     *
     * @return its digest: nodes that know the same have the same
     */
    public long table() {
        return directories.table().digest();
    }

    /**
     * Whether a frame may have been under way for longer than {@code message.lifetime}.
     *
     * @param envelope what came, meant for this run
     * @return by what its sender had heard of this node
     */
    public boolean isTooOld(Envelope envelope) {
        return greetings.isTooOld(envelope);
    }

    /**
     * Whether a message is for {@link #onMessage}.
     *
     * @param message what came
     * @return false if it is about keys
     */
    public static boolean isFor(Message message) {
        return message instanceof Hello || message instanceof HelloResponse || message instanceof MemberTableMessage;
    }

    /**
     * A member introduced itself, answered an introduction, or says what it knows of others.
     *
     * @param from its node id
     * @param message what it said
     */
    public void onMessage(String from, Message message) {
        PeerLink link = links.get(from);
        if (link == null || link.isSelf()) {
            LOG.warn(
                    "node {}: refused a handshake by '{}', which is {}", id(), from, link == null ? "no member" : "me");
        } else if (message instanceof Hello hello) {
            onHello(link, hello);
        } else if (message instanceof HelloResponse response) {
            onHelloResponse(link, response);
        } else if (message instanceof MemberTableMessage table) {
            gossip.onTable(link, table);
        }
    }

    private void onHello(PeerLink link, Hello hello) {
        if (!copy.isTold(link, hello)) {
            link.sendUnlinked(greetings.next(false));
            return;
        }
        Directories.Judgement judgement = judge(link, hello);
        if (!judgement.replaces().isEmpty()) {
            greetings.askBack(link, hello);
            return;
        }
        Verdict verdict = judgement.verdict();
        Hello answer = greetings.next(hello.copy().isLinked());
        link.sendUnlinked(new HelloResponse(verdict, answer, hello.session(), hello.number()));
        if (verdict.accepted()) {
            if (hello.session() == link.session()) {
                link.heard(hello, parts.runtime().nanoTime());
            } else {
                // It may be old, from a run that is over: its sender's answer to a greeting of ours will tell.
                link.sendUnlinked(greetings.next(false));
            }
        } else if (!link.isLinked()) {
            refuse(link, verdict.reason());
        }
    }

    /**
     * Only an answer makes a link, as a greeting may be older than its sender's present run. What was meant for an earlier run is not for
     * this one: a disk that was wiped may be back in its place by then.
     */
    private void onHelloResponse(PeerLink link, HelloResponse response) {
        if (response.answered() != session() || !link.isInTurn(response.number())) {
            LOG.debug("node {}: {} answered a greeting of another run, or an older one", id(), link);
            return;
        }
        link.askedBack(false);
        Directories.Judgement judgement = judge(link, response.hello());
        if (!judgement.replaces().isEmpty()) {
            DirectoryId directory = DirectoryId.of(response.hello().directory());
            directories.replace(link.id(), judgement.replaces(), directory, () -> refuseRetired(link));
            return;
        }
        Verdict verdict = judgement.verdict();
        Verdict theirs = response.verdict();
        if (theirs.accepted() && verdict.accepted()) {
            if (own.mayLink(link.id(), theirs)) {
                accept(link, response.hello());
            }
            return;
        }
        refuse(link, theirs.accepted() ? verdict.reason() : "refused by " + link + ": " + theirs.reason());
        if (theirs.wentBack() && copy.isOlder(link.id(), theirs)) {
            // From now on by the votes of others as well.
            links.values().forEach(each -> each.compared(0));
        }
        own.refused(link, theirs, verdict.accepted());
        if (theirs.fatal()) {
            parts.lifeline().onFatal().accept(theirs.reason());
        }
    }

    private void refuseRetired(PeerLink link) {
        if (link.isLinked()) {
            refuse(link, "another data directory took the place of its own");
        }
    }

    /**
     * Tells a node that its request was not done, and that a new handshake is needed.
     *
     * @param to who asked
     * @param rejection why
     */
    public void reject(Peer to, Rejection rejection) {
        PeerLink link = links.get(to.id());
        if (link != null && rejection.request() != 0) {
            link.sendUnlinked(rejection);
            link.sendUnlinked(greetings.next(false));
        }
    }

    private Directories.Judgement judge(PeerLink link, Hello hello) {
        long now = parts.runtime().nanoTime();
        return admittance.judge(link, hello, now, () -> isDeaf(now));
    }

    /** Whether this node may not have heard those who are there: it has not listened for long, or stood still. */
    private boolean isDeaf(long nowNanos) {
        return nowNanos - roundDueNanos > OVERSLEPT_NANOS || nowNanos - listeningNanos < SILENCE_NANOS;
    }

    private void accept(PeerLink link, Hello hello) {
        boolean isNew = link.session() != hello.session();
        long now = parts.runtime().nanoTime();
        link.linked(hello, now);
        parts.self().incarnations().runs().heard(hello.directory(), hello.copy().startedMillis());
        laterStates.heard(link.id(), hello, now);
        if (!isNew && link.isRemembered()) {
            return;
        }
        // The same as it was, or the first: judge has compared it.
        WriteBatch batch = directories.remember(new WriteBatch(), link.id(), DirectoryId.of(hello.directory()));
        laterStates.keep(batch, link.id(), now);
        own.decideIfAllLetUsIn(batch);
        if (isNew) {
            onLinked.accept(link);
            LOG.debug("node {}: linked to {}", id(), link.id());
        }
        link.remembered(true);
        directories.write(batch, failure -> parts.lifeline().control().accept(() -> remembered(link, failure)));
    }

    /** With the answer to the next greeting it is tried again. */
    private void remembered(PeerLink link, @Nullable StorageException failure) {
        if (failure != null) {
            link.remembered(false);
            directories.notRemembered();
            LOG.warn(
                    "node {}: could not remember the data directory of {}, will try again: {}",
                    id(),
                    link,
                    failure.getMessage());
        }
    }

    private void refuse(PeerLink link, String reason) {
        if (!reason.equals(link.problem())) {
            LOG.warn("node {}: no link to {}: {}", id(), link.id(), reason);
        }
        link.refused(reason);
    }

    private PeerLink linkTo(String id) {
        PeerLink link = links.get(id);
        if (link == null) {
            throw new IllegalStateException("member " + id + " is placed but not linked");
        }
        return link;
    }

    @Override
    public String id() {
        return parts.settings().nodeId();
    }

    @Override
    public long placement() {
        return route.digest();
    }

    @Override
    public Transport transport() {
        return parts.transport();
    }
}
