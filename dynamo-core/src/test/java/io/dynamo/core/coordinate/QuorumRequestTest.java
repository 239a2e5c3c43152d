package io.dynamo.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.Behind;
import io.dynamo.core.replica.Hints;
import io.dynamo.core.replica.Incarnations;
import io.dynamo.core.replica.Keeping;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.ReplicaParts;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.replica.WriteBuffer;
import io.dynamo.core.runtime.Admission;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.storage.MemoryStorageProvider;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One lane's coordinator over snapshots that change while requests run, and over lists longer than N. */
class QuorumRequestTest {

    private static final StoredKey KEY = StoredKey.of("s", "k".getBytes(), 8);
    private static final StorePolicy STORE =
            new StorePolicy("s", 3, new Keeping(Durability.BUFFERED, false), false, true, 100, 25, 1 << 20, 60_000);
    private static final long SECOND = 1_000_000_000L;
    private static final ReadPlan READ = new ReadPlan(2, 0, false, SECOND, false);
    private static final WritePlan WRITE = new WritePlan(2, 0, 0, SECOND, false);

    private final FakeRuntime runtime = new FakeRuntime();
    private final FakePeer self = new FakePeer("a", true);
    private final FakePeer b = new FakePeer("b", false);
    private final FakePeer c = new FakePeer("c", false);
    private final FakePeer d = new FakePeer("d", false);
    private final FakePeer e = new FakePeer("e", false);
    private Route route = list(1, self, b, c);
    private Lane lane = new Lane(runtime, () -> {}, failure -> {});
    private Coordinator coordinator;
    private StorageEngine engine;

    @BeforeEach
    void open() {
        engine = new MemoryStorageProvider()
                .configure(new PluginConfig("storage.memory", new TreeMap<>()))
                .open();
        Incarnations incarnations = new Incarnations(runtime, engine, new byte[16]);
        incarnations.start(failure -> {});
        Owners owners = new Owners(() -> route, store -> STORE.n());
        ReplicaParts.Limits limits = new ReplicaParts.Limits(1 << 20, true, 60_000);
        Replica replica = new ReplicaParts(
                        runtime, engine, incarnations, limits, owners, new Hints(1 << 20), new WriteBuffer())
                .replica(0);
        lane = new Lane(runtime, replica::commitStaged, failure -> {
            throw new AssertionError(failure);
        });
        replica.confineTo(lane);
        coordinator = new Coordinator(
                new CoordinatorParts(
                        runtime,
                        engine,
                        new Behind(runtime, engine),
                        self,
                        () -> route,
                        owners,
                        new Meters(),
                        new Admission(100, () -> {}),
                        new CoordinatorParts.Limits(60_000, SECOND / 4, SECOND / 4, 0)),
                new CoordinatorParts.Home(lane, 0),
                replica);
    }

    @Test
    void placementChangesMidRequest_newOwnersMustGiveAQuorumToo() {
        CompletableFuture<WriteResult> result = put();
        route = list(2, self, d, e);

        acknowledge(b);

        assertThat(result)
                .as("two old owners have it, but only one of the new ones")
                .isNotDone();
        assertThat(d.received).hasSize(1);
        assertThat(e.received).hasSize(1);
        acknowledge(d);
        assertThat(result).isCompleted();
        assertThat(result.join().answers())
                .filteredOn(answer -> answer.status() == ReplicaAnswer.Status.ACKNOWLEDGED)
                .extracting(ReplicaAnswer::node)
                .containsExactly("a", "b", "d");
    }

    @Test
    void acknowledgementOfACopyThatIsLost_doesNotCount() {
        CompletableFuture<WriteResult> result = put(new WritePlan(3, 0, 0, SECOND, false));
        acknowledge(b);
        b.copy++;

        acknowledge(c);

        assertThat(failureOf(result).acknowledged())
                .as("b came back without its data")
                .isEqualTo(2);
    }

    @Test
    void acknowledgementOfACopyThatIsLost_andComesLate_doesNotCount() {
        CompletableFuture<WriteResult> result = put();
        b.copy++;

        acknowledge(b);

        assertThat(result).isNotDone();
        acknowledge(c);
        assertThat(result).isCompleted();
    }

    @Test
    void placementChangesMidRequest_newOwnersSilent_writeIsUnknown() {
        CompletableFuture<WriteResult> result = put();
        route = list(2, self, d, e);
        acknowledge(b);
        acknowledge(c);

        runtime.advance(2 * SECOND);

        assertThat(failureOf(result).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void placementChangesMidRequest_sameOwners_needNoMoreAnswers() {
        CompletableFuture<WriteResult> result = put();
        route = list(2, c, b, self);

        acknowledge(b);

        assertThat(result).isCompleted();
    }

    @Test
    void placementChangesMidRequest_readAsksTheNewOwners() {
        CompletableFuture<ReadResult> result = get(READ);
        route = list(2, d, e, c);

        answer(b, VersionSet.EMPTY);

        assertThat(result)
                .as("the old owners say not found; the new ones may know it")
                .isNotDone();
        VersionSet known = set();
        answer(d, known);
        assertThat(result).isNotDone();
        answer(e, VersionSet.EMPTY);
        assertThat(result.join().set()).isEqualTo(known);
    }

    @Test
    void placementChangesTwiceMidRequest_allThreeGiveAQuorum() {
        CompletableFuture<WriteResult> result = put();
        route = list(2, self, d, e);
        acknowledge(b);
        FakePeer f = new FakePeer("f", false);
        FakePeer g = new FakePeer("g", false);
        route = list(3, self, f, g);

        acknowledge(d);

        assertThat(result).isNotDone();
        acknowledge(g);
        assertThat(result).isCompleted();
    }

    @Test
    void heldDownReplica_isAskedLast_andAskedAllTheSame() {
        b.isHeldDown = true;
        CompletableFuture<ReadResult> result = get(READ);
        assertThat(b.received).isEmpty();
        assertThat(c.received).hasSize(1);

        runtime.advance(SECOND / 3);
        assertThat(b.received).as("it is the only one left").isNotEmpty();
        VersionSet known = set();
        answer(b, known);

        assertThat(result.join().set()).isEqualTo(known);
    }

    @Test
    void allOthersHeldDown_writeIsSentToThem() {
        b.isHeldDown = true;
        c.isHeldDown = true;
        CompletableFuture<WriteResult> result = put();
        acknowledge(c);
        assertThat(result).isCompleted();
    }

    @Test
    void heldDownCoordinator_isPassedOver_unlessAllAre() {
        route = list(1, b, c, d, self);
        b.isHeldDown = true;
        put();
        assertThat(b.received).isEmpty();
        assertThat(c.received).hasSize(1);
        c.isHeldDown = true;
        d.isHeldDown = true;
        put();
        assertThat(b.received).hasSize(1);
    }

    @Test
    void silentCoordinator_isSuspected() {
        route = list(1, b, c, d, self);
        put();
        assertThat(b.suspicions).isZero();
        runtime.advance(SECOND / 4);
        assertThat(b.suspicions).isEqualTo(1);
        assertThat(b.asked).as("its silence may be another node's").isZero();
    }

    @Test
    void everyQuestionIsNoted_andEveryAnswer_howeverLate() {
        put();
        assertThat(List.of(b.asked, c.asked)).containsExactly(1, 1);
        runtime.advance(SECOND / 4);
        assertThat(List.of(b.asked, c.asked)).as("asked again").containsExactly(2, 2);
        acknowledge(b);
        acknowledge(c);
        assertThat(List.of(b.replies, c.replies))
                .as("the write was done without the second")
                .containsExactly(1, 1);
    }

    @Test
    void listLongerThanN_firstNodesMarkedDown_nextOnesAreUsedAndReceiptSaysHinted() {
        route = list(1, self, b, c, d, e);
        b.isHeldDown = true;
        c.isHeldDown = true;

        CompletableFuture<WriteResult> result = put();

        assertThat(b.received).isEmpty();
        assertThat(c.received).isEmpty();
        acknowledge(e);
        assertThat(result.join().answers())
                .extracting(answer -> answer.node() + " " + answer.status())
                .containsExactly("a ACKNOWLEDGED", "d NO_ANSWER", "e HINTED");
    }

    @Test
    void listLongerThanN_primariesAsked_standInsDoNotCountForThem() {
        route = list(1, self, b, c, d, e);
        b.isHeldDown = true;
        c.isHeldDown = true;
        CompletableFuture<WriteResult> result = put(new WritePlan(2, 2, 0, SECOND, false));

        acknowledge(d);
        acknowledge(e);
        assertThat(b.received).as("held down, and the only ones that can count").hasSize(1);
        assertThat(c.received).hasSize(1);
        runtime.advance(2 * SECOND);

        assertThat(result).isCompletedExceptionally();
        assertThat(failureOf(result).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void listLongerThanN_thisNodeIsAStandInAndReadsOne_itsNotFoundIsNoAnswer() {
        route = list(1, b, c, d, self);
        b.isHeldDown = true;
        CompletableFuture<ReadResult> result = get(new ReadPlan(1, 0, false, SECOND, false));
        assertThat(result).as("only a stand-in was asked").isNotDone();

        runtime.advance(SECOND / 3);
        VersionSet known = set();
        answer(c.received.isEmpty() ? d : c, known);

        assertThat(result.join().set()).isEqualTo(known);
    }

    @Test
    void listLongerThanN_standInThatNeverHeardOfTheKey_doesNotOutvoteAPrimary() {
        route = list(1, b, c, d, e, self);
        b.isHeldDown = true;
        CompletableFuture<ReadResult> result = get(READ);
        VersionSet known = set();

        for (FakePeer peer : List.of(d, e)) {
            if (!peer.received.isEmpty()) {
                answer(peer, VersionSet.EMPTY);
            }
        }
        runtime.advance(SECOND / 3);
        for (FakePeer peer : List.of(c, d, e)) {
            if (!peer.received.isEmpty()) {
                answer(peer, peer == c ? known : VersionSet.EMPTY);
            }
        }

        assertThat(result.join().set()).isEqualTo(known);
    }

    /**
     * Traps T3, kv679: a stand-in's hint is its record of the key. Once that is delivered and forgotten, the same run of the
     * node counts from the beginning, and only another actor keeps the new dots from being the old ones.
     */
    @Test
    void fallbackThatForgotAKey_neverReusesADot() {
        route = list(1, b, c, d, self);
        b.isHeldDown = true;
        List<Dot> minted = new ArrayList<>();
        VersionSet primary = VersionSet.EMPTY;
        CausalContext seen = CausalContext.EMPTY;
        for (int round = 0; round < 4; round++) {
            // Blind ones and such as have seen the write before, in turn.
            CompletableFuture<WriteResult> result = new CompletableFuture<>();
            WriteCommand command = command(round, round % 2 == 0 ? null : seen);
            lane.execute(() -> coordinator.putForwarded(STORE, KEY, command, WRITE, result));
            acknowledge(c);
            assertThat(result.join().answers())
                    .as("this node stands in")
                    .anyMatch(answer -> answer.toString().contains("HINTED"));
            minted.add(result.join().dot());
            seen = CausalContext.EMPTY.with(result.join().dot());
            primary = primary.merge(((PutReplicaRequest) c.last()).set());
            forgetHints();
        }

        assertThat(minted).doesNotHaveDuplicates();
        assertThat(minted)
                .as("one run of one node")
                .allMatch(dot -> dot.actor().sameIncarnation(minted.get(0).actor()));
        assertThat(minted).as("it had forgotten").allMatch(dot -> dot.counter() == 1);
        assertThat(primary.versions())
                .extracting(Version::dot)
                .as("what the second and the fourth had seen is replaced, and nothing else")
                .containsExactlyInAnyOrder(minted.get(1), minted.get(3));
    }

    private void forgetHints() {
        WriteBatch all = new WriteBatch();
        try (StorageEngine.Scan hints = engine.scan(Space.HINTS, new byte[0], null)) {
            hints.forEachRemaining(hint -> all.delete(Space.HINTS, hint.getKey()));
        }
        engine.write(all, Durability.BUFFERED, failure -> {});
    }

    @Test
    void forwardedWrite_atANodeThatIsNotInTheList_isNeitherMintedNorForwardedAgain() {
        route = list(1, b, c, d);
        CompletableFuture<WriteResult> result = new CompletableFuture<>();
        boolean[] isTaken = {true};

        lane.execute(() -> isTaken[0] = coordinator.putForwarded(STORE, KEY, command(), WRITE, result));

        assertThat(isTaken[0]).isFalse();
        assertThat(result).isNotDone();
        for (FakePeer peer : List.of(b, c, d)) {
            assertThat(peer.received).isEmpty();
        }
    }

    @Test
    void readOfThisNodeAlone_thatWaits_isFoundByTheClock() {
        route = list(1, self);
        StorePolicy one = new StorePolicy("s", 1, STORE.keeping(), false, true, 100, 25, 1 << 20, 60_000);
        CompletableFuture<ReadResult> result = new CompletableFuture<>();
        CompletableFuture<WriteResult> written = new CompletableFuture<>();
        // In one drain: what was put is not yet committed when it is read.
        lane.execute(() -> {
            coordinator.put(one, KEY, command(), new WritePlan(1, 0, 0, SECOND, false), written);
            coordinator.get(one, KEY, new ReadPlan(1, 0, false, SECOND, false), result);
            assertThat(coordinator.waiting()).isEqualTo(2);
        });

        assertThat(result).isCompleted();
        assertThat(written).isCompleted();
        assertThat(coordinator.waiting()).isZero();
    }

    private CompletableFuture<WriteResult> put() {
        return put(WRITE);
    }

    private CompletableFuture<WriteResult> put(WritePlan plan) {
        return put(plan, command());
    }

    private CompletableFuture<WriteResult> put(WritePlan plan, WriteCommand command) {
        CompletableFuture<WriteResult> result = new CompletableFuture<>();
        lane.execute(() -> coordinator.put(STORE, KEY, command, plan, result));
        return result;
    }

    private static WriteCommand command() {
        return command(7, null);
    }

    private static WriteCommand command(int number, @Nullable CausalContext seen) {
        return new WriteCommand(
                new WriteId(1_000, number),
                seen == null ? CausalContext.EMPTY : seen,
                seen == null,
                0,
                ("value" + number).getBytes(),
                WriteCommand.Origin.FRESH);
    }

    private CompletableFuture<ReadResult> get(ReadPlan plan) {
        CompletableFuture<ReadResult> result = new CompletableFuture<>();
        lane.execute(() -> coordinator.get(STORE, KEY, plan, result));
        return result;
    }

    private void acknowledge(FakePeer peer) {
        PutReplicaRequest request = (PutReplicaRequest) peer.last();
        lane.execute(() -> coordinator.onResponse(peer, new PutReplicaResponse(request.request(), false)));
    }

    private void answer(FakePeer peer, VersionSet set) {
        GetReplicaRequest request = (GetReplicaRequest) peer.last();
        lane.execute(() -> coordinator.onResponse(peer, new GetReplicaResponse(request.request(), set)));
    }

    private static VersionSet set() {
        Dot dot = new Dot(new Actor(1, 2, 3), 1);
        return VersionSet.of(CausalContext.EMPTY, List.of(new Version(dot, 1, 0, new WriteId(1, 1), "x".getBytes())));
    }

    private static QuorumException failureOf(CompletableFuture<?> result) {
        CompletionException failure = catchThrowableOfType(CompletionException.class, result::join);
        return (QuorumException) failure.getCause();
    }

    private static Route list(long digest, Peer... peers) {
        return new Route() {
            @Override
            public long digest() {
                return digest;
            }

            @Override
            public Peer[] preferenceList(int partition) {
                return peers;
            }
        };
    }
}
