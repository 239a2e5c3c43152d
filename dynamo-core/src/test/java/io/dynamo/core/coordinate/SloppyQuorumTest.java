package io.dynamo.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
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
import io.dynamo.core.wire.Rejection;
import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.StorageEngine;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is asked, who keeps a write for whom, and what counts, where owners are down, silent or late (Dynamo §4.6). */
class SloppyQuorumTest {

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
    private Route route = list(1, self, b, c, d, e);
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

    private static List<String> hintFor(FakePeer peer) {
        return ((PutReplicaRequest) peer.last()).hintFor();
    }

    private static WritePlan plan(int w, int pw) {
        return new WritePlan(w, pw, 0, SECOND, false);
    }

    @Test
    void ownerHeldDown_standInKeepsItForIt() {
        b.isHeldDown = true;
        CompletableFuture<WriteResult> result = put(plan(3, 0));
        assertThat(b.received).isEmpty();
        assertThat(hintFor(c)).isEmpty();
        assertThat(hintFor(d)).containsExactly("b");
        acknowledge(c);
        assertThat(result).isNotDone();
        acknowledge(d);
        assertThat(result).isCompleted();
    }

    @Test
    void silentOwner_spareIsAskedAfterAQuarterOfTheTime() {
        put(plan(3, 0));
        acknowledge(c);
        runtime.advance(SECOND / 4 - 2);
        assertThat(d.received).isEmpty();
        runtime.advance(2);
        assertThat(hintFor(d)).containsExactly("b");
        assertThat(b.received).as("asked again").hasSize(2);
        runtime.advance(SECOND / 4);
        assertThat(e.received).as("the stand-in is silent, too").isNotEmpty();
    }

    @Test
    void silentOwners_eachStandInKeepsItForAllOfThem() {
        put(plan(3, 0));
        runtime.advance(SECOND / 4);
        assertThat(hintFor(d)).containsExactly("b", "c");
        assertThat(hintFor(e)).containsExactly("b", "c");
    }

    /** Traps T15: the stand-in hands its copy to that very owner, and lets it go. */
    @Test
    void lateOwnerAndItsStandIn_countOnce() {
        c.isLinked = false;
        e.isLinked = false;
        CompletableFuture<WriteResult> result = put(plan(3, 0));
        assertThat(hintFor(d)).containsExactly("c");
        acknowledge(d);
        assertThat(result).as("itself, and d for c").isNotDone();
        acknowledge(b);
        assertThat(result).isCompleted();

        c.isLinked = true;
        c.isHeldDown = true;
        CompletableFuture<WriteResult> second = put(plan(3, 0), command(8, null));
        acknowledge(d);
        runtime.advance(SECOND / 4);
        acknowledge(c);
        assertThat(second).as("d and c are one").isNotDone();
        acknowledge(b);
        assertThat(second).isCompleted();
    }

    @Test
    void standInThatLosesItsDiskMeanwhile_keepsItForNobody() {
        b.isLinked = false;
        put(plan(1, 0));
        assertThat(hintFor(d)).containsExactly("b");
        acknowledge(d);
        d.copy++;
        acknowledge(c);
        runtime.advance(SECOND);
        assertThat(owed()).isEqualTo(1);
    }

    @Test
    void ownerThatIsLate_isWaitedForALittle_beforeItIsOwedTheWrite() {
        route = list(1, self, b, c);
        assertThat(put(plan(1, 0))).isCompleted();
        acknowledge(c);
        runtime.advance(45_000_000);
        assertThat(owed()).isZero();
        acknowledge(b);
        runtime.advance(SECOND);
        assertThat(owed()).isZero();
        assertThat(coordinator.waiting()).isZero();

        put(plan(1, 0), command(8, null));
        acknowledge(c);
        runtime.advance(60_000_000);
        assertThat(owed()).isEqualTo(1);
        assertThat(coordinator.waiting()).isZero();
        assertThat(b.received).as("nobody is asked again").hasSize(2);
    }

    @Test
    void ownerThatIsHeldDown_isOwedTheWriteAtOnce() {
        route = list(1, self, b, c);
        b.isHeldDown = true;
        put(plan(2, 0));
        acknowledge(c);
        assertThat(owed()).isEqualTo(1);
        assertThat(coordinator.waiting()).isZero();
    }

    @Test
    void ownerThatRefusesLate_isOwedTheWrite_andNobodyElseIsAsked() {
        put(plan(2, 0));
        acknowledge(c);
        long request = ((PutReplicaRequest) b.last()).request();
        lane.execute(
                () -> coordinator.onResponse(b, new Rejection(request, Rejection.Reason.STORAGE_FAILED, "broken")));
        assertThat(owed()).isEqualTo(1);
        assertThat(d.received).isEmpty();
    }

    private long owed() {
        return coordinator.replica().forOthers().countFor("b");
    }

    @Test
    void refusedHint_goesToTheNext() {
        b.isHeldDown = true;
        CompletableFuture<WriteResult> result = put(plan(3, 0));
        long request = ((PutReplicaRequest) d.last()).request();
        lane.execute(() -> coordinator.onResponse(d, new Rejection(request, Rejection.Reason.HINTS_FULL, "full")));
        assertThat(hintFor(e)).containsExactly("b");
        acknowledge(e);
        acknowledge(c);
        assertThat(result).isCompleted();
    }

    @Test
    void ownersThatCannotBeReached_areNotMadeUpForBeforeMinting() {
        b.isLinked = false;
        c.isLinked = false;
        CompletableFuture<WriteResult> refused = put(plan(1, 2));
        assertThat(failureOf(refused).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        CompletableFuture<WriteResult> result = put(plan(2, 1), command(8, null));
        acknowledge(d);
        assertThat(result).isCompleted();
    }

    @Test
    void allOwnersDown_thisNodeStandsInForAll() {
        route = list(1, b, c, d, self, e);
        List.of(b, c, d).forEach(peer -> peer.isLinked = false);
        assertThat(put(plan(1, 0))).isCompleted();
        CompletableFuture<WriteResult> two = put(plan(2, 0), command(8, null));
        assertThat(hintFor(e)).containsExactly("b", "c", "d");
        acknowledge(e);
        assertThat(two).isCompleted();
        CompletableFuture<WriteResult> three = put(plan(3, 0), command(9, null));
        assertThat(failureOf(three).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void nodeInTheList_takesWhatIsForwardedToIt_whateverItBelievesOfTheOwners() {
        route = list(1, b, c, d, e, self);
        CompletableFuture<WriteResult> result = new CompletableFuture<>();
        lane.execute(() -> assertThat(coordinator.putForwarded(STORE, KEY, command(), plan(2, 0), result))
                .isTrue());
        assertThat(hintFor(b)).as("an owner").isEmpty();
        acknowledge(b);
        assertThat(result).isCompleted();
    }

    @Test
    void silentCoordinators_thisNodeIsTheLast_andLooksFirst() {
        route = list(1, b, c, d, self, e);
        put(plan(1, 0));
        assertThat(b.received).hasSize(1);
        for (int eighth = 0; eighth < 6; eighth++) {
            runtime.advance(SECOND / 8);
        }
        assertThat(b.last()).as("it may have been minted there").isInstanceOf(GetReplicaRequest.class);
        assertThat(e.last()).as("or by another stand-in").isInstanceOf(GetReplicaRequest.class);
    }

    @Test
    void standInWithARead_asksAnOwner() {
        route = list(1, b, c, d, self, e);
        b.isHeldDown = true;
        get(new ReadPlan(1, 0, false, SECOND, false));
        assertThat(c.received).hasSize(1);
    }

    @Test
    void notFoundOfStandIns_waitsForOwnersThatAreHeldDown() {
        b.isHeldDown = true;
        c.isHeldDown = true;
        CompletableFuture<ReadResult> result = get(READ);
        answer(d.received.isEmpty() ? e : d, VersionSet.EMPTY);
        assertThat(result).as("b and c may know it").isNotDone();
        assertThat(b.received).hasSize(1);
        assertThat(c.received).hasSize(1);
        runtime.advance(SECOND / 4);
        assertThat(result).as("they are silent").isCompleted();
    }

    @Test
    void notFoundOfStandIns_isNoAnswerWhereAnOwnerFailed() {
        b.isHeldDown = true;
        c.isHeldDown = true;
        CompletableFuture<ReadResult> result = get(READ);
        answer(d.received.isEmpty() ? e : d, VersionSet.EMPTY);
        for (FakePeer owner : List.of(b, c)) {
            long request = ((GetReplicaRequest) owner.last()).request();
            lane.execute(() -> coordinator.onResponse(
                    owner, new Rejection(request, Rejection.Reason.STORAGE_FAILED, "the disk is broken")));
        }
        answer(d.received.isEmpty() ? d : e, VersionSet.EMPTY);
        assertThat(result).isCompletedExceptionally();
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
