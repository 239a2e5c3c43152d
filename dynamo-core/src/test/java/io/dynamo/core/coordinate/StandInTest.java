package io.dynamo.core.coordinate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.OverloadedException;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.Behind;
import io.dynamo.core.replica.Hints;
import io.dynamo.core.replica.HintsFullException;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node that coordinates a key of others, whose owners it believes down: its record is its hint, for all of them. */
class StandInTest {

    private static final StoredKey KEY = StoredKey.of("s", "k".getBytes(), 8);
    private static final StorePolicy STORE =
            new StorePolicy("s", 2, new Keeping(Durability.BUFFERED, false), false, true, 100, 25, 1 << 20, 60_000);
    private static final long SECOND = 1_000_000_000L;
    private static final WritePlan W1 = new WritePlan(1, 0, 0, SECOND, false);

    private final FakeRuntime runtime = new FakeRuntime();
    private final FakePeer self = new FakePeer("d", true);
    private final FakePeer a = new FakePeer("a", false);
    private final FakePeer b = new FakePeer("b", false);
    private final FakePeer e = new FakePeer("e", false);
    private Peer[] list = {a, b, self, e};
    private final StorageEngine engine = new MemoryStorageProvider()
            .configure(new PluginConfig("storage.memory", new TreeMap<>()))
            .open();
    private Replica replica;
    private Coordinator coordinator;
    private Lane lane;
    private int writes;

    @BeforeEach
    void open() {
        open(1 << 20);
    }

    private void open(long hintBytes) {
        a.isHeldDown = true;
        b.isHeldDown = true;
        Route route = new Route() {
            @Override
            public long digest() {
                // Two placements are never alike.
                return Arrays.toString(list).hashCode();
            }

            @Override
            public Peer[] preferenceList(int partition) {
                return list;
            }
        };
        Owners owners = new Owners(() -> route, store -> STORE.n());
        Incarnations incarnations = new Incarnations(runtime, engine, new byte[16]);
        incarnations.start(failure -> {});
        ReplicaParts.Limits limits = new ReplicaParts.Limits(1 << 20, true, 60_000);
        replica = new ReplicaParts(
                        runtime, engine, incarnations, limits, owners, new Hints(hintBytes), new WriteBuffer())
                .replica(0);
        lane = new Lane(runtime, replica::commitStaged, failure -> {
            throw new AssertionError(failure);
        });
        replica.confineTo(lane);
        CoordinatorParts parts = new CoordinatorParts(
                runtime,
                engine,
                new Behind(runtime, engine),
                self,
                () -> route,
                owners,
                new Meters(),
                new Admission(100, () -> {}),
                new CoordinatorParts.Limits(60_000, SECOND / 4, SECOND / 4, 0));
        coordinator = new Coordinator(parts, new CoordinatorParts.Home(lane, 0), replica);
        Slices slices = new Slices(runtime, Long.MAX_VALUE, new Pace(runtime, new Meters(), SECOND, () -> route));
        new Handoff(coordinator, slices, store -> STORE, Long.MAX_VALUE);
    }

    private WriteCommand command(int number, CausalContext seen, WriteCommand.Origin origin) {
        return new WriteCommand(new WriteId(1_000, number), seen, true, 0, new byte[] {(byte) number}, origin);
    }

    private CompletableFuture<WriteResult> put(WriteCommand command) {
        CompletableFuture<WriteResult> result = new CompletableFuture<>();
        lane.execute(() -> coordinator.put(STORE, KEY, command, W1, result));
        return result;
    }

    private Actor mint() {
        return put(command(++writes, CausalContext.EMPTY, WriteCommand.Origin.FIRST))
                .join()
                .dot()
                .actor();
    }

    @Test
    void ownersThatChanged_getWhatWasKeptForTheEarlierOnes() {
        mint();
        VersionSet written = replica.peek(KEY);

        list = new Peer[] {e, b, self, a};
        runtime.advance(2 * SECOND);
        assertThat(replica.forOthers().countFor("a")).isZero();
        assertThat(replica.forOthers().countFor("e")).isEqualTo(1);

        runtime.advance(2 * SECOND);
        PutReplicaRequest sent = (PutReplicaRequest) e.last();
        assertThat(sent.set()).isEqualTo(written);
        assertThat(sent.hintFor()).as("to an owner").isEmpty();
    }

    @Test
    void nodeThatBecomesAnOwner_takesWhatItKept() {
        mint();
        VersionSet written = replica.peek(KEY);

        list = new Peer[] {self, b, a, e};
        runtime.advance(2 * SECOND);

        assertThat(entries(Space.HINTS)).isEmpty();
        assertThat(entries(Space.RECORDS)).hasSize(1);
        assertThat(replica.peek(KEY)).isEqualTo(written);
        assertThat(replica.forOthers().count()).isZero();
    }

    @Test
    void nothingHeld_armsNoTimer() {
        assertThat(runtime.timers()).isZero();
        mint();
        assertThat(runtime.timers()).as("the next round").isPositive();
        a.isHeldDown = false;
        b.isHeldDown = false;
        runtime.advance(2 * SECOND);
        for (FakePeer owner : List.of(a, b)) {
            PutReplicaRequest sent = (PutReplicaRequest) owner.last();
            lane.execute(() -> coordinator.onResponse(owner, new PutReplicaResponse(sent.request(), false)));
        }
        runtime.advance(10 * SECOND);
        runtime.advance(10 * SECOND);

        assertThat(entries(Space.HINTS)).isEmpty();
        assertThat(runtime.timers()).isZero();
    }

    private void handOver() {
        lane.execute(() -> {
            VersionSet all = replica.peek(KEY);
            assertThat(replica.forOthers().handedOver(KEY, "a", all)).isTrue();
            assertThat(replica.forOthers().handedOver(KEY, "b", all)).isTrue();
        });
    }

    private List<Map.Entry<byte[], byte[]>> entries(Space space) {
        List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
        try (StorageEngine.Scan scan = engine.scan(space, new byte[0], null)) {
            scan.forEachRemaining(entries::add);
        }
        return entries;
    }

    @Test
    void standIn_mintsInsideItsHint_forEveryOwner() {
        Actor first = mint();

        assertThat(mint()).as("one hint, one actor").isEqualTo(first);
        assertThat(entries(Space.RECORDS)).isEmpty();
        assertThat(entries(Space.HINTS)).hasSize(1);
        assertThat(replica.forOthers().countFor("a")).isEqualTo(1);
        assertThat(replica.forOthers().countFor("b")).isEqualTo(1);
        assertThat(replica.peek(KEY).versions()).hasSize(2);
    }

    @Test
    void standInThatHandedOverAndForgot_drawsANewActor() {
        Actor before = mint();
        handOver();
        assertThat(entries(Space.HINTS)).isEmpty();
        assertThat(replica.peek(KEY)).isEqualTo(VersionSet.EMPTY);

        assertThat(mint()).isNotEqualTo(before);
    }

    @Test
    void hintThatGrewSinceItWasSent_staysForItsTargets() {
        mint();
        VersionSet sent = replica.peek(KEY);
        mint();

        lane.execute(
                () -> assertThat(replica.forOthers().handedOver(KEY, "a", sent)).isFalse());

        assertThat(replica.forOthers().countFor("a")).isEqualTo(1);
        assertThat(replica.peek(KEY).versions()).hasSize(2);
    }

    @Test
    void repeatOfWhatIsHeld_mintsNothing() {
        WriteCommand write = command(1, CausalContext.EMPTY, WriteCommand.Origin.FIRST);
        WriteResult first = put(write).join();

        WriteCommand repeat = command(1, CausalContext.EMPTY, WriteCommand.Origin.REPEATABLE);

        assertThat(put(repeat).join().dot()).isEqualTo(first.dot());
        assertThat(replica.peek(KEY).versions()).hasSize(1);
    }

    @Test
    void repeatAfterHandingOver_looksAtTheOwners_andMintsNothing() {
        WriteResult first =
                put(command(1, CausalContext.EMPTY, WriteCommand.Origin.FIRST)).join();
        VersionSet known = replica.peek(KEY);
        handOver();

        CompletableFuture<WriteResult> repeat = put(command(1, CausalContext.EMPTY, WriteCommand.Origin.REPEATABLE));
        answer(e, known);
        assertThat(repeat).as("a majority of the owners is two").isNotDone();
        answer(a, known);

        assertThat(repeat.join().dot()).isEqualTo(first.dot());
        assertThat(replica.peek(KEY)).as("held for the owners once more").isEqualTo(known);
    }

    @Test
    void repeatAfterHandingOver_andNobodyKnows_mintsAnewAndOnce() {
        WriteResult first =
                put(command(1, CausalContext.EMPTY, WriteCommand.Origin.FIRST)).join();
        handOver();

        CompletableFuture<WriteResult> repeat = put(command(1, CausalContext.EMPTY, WriteCommand.Origin.REPEATABLE));
        runtime.advance(SECOND / 2 + 1);

        assertThat(repeat.join().dot()).isNotEqualTo(first.dot());
        assertThat(replica.peek(KEY).versions()).hasSize(1);
    }

    /** What it has only read would be handed over as if it had been written here (traps T21). */
    @Test
    void lookBeforeMinting_doesNotBecomeAHint() {
        mint();
        VersionSet others = replica.peek(KEY);
        handOver();

        CompletableFuture<WriteResult> second = put(command(9, CausalContext.EMPTY, WriteCommand.Origin.ELSEWHERE));
        answer(e, others);
        answer(a, others);

        assertThat(second.join().dot()).isNotNull();
        assertThat(replica.peek(KEY).versions())
                .extracting(version -> version.writeId().random())
                .containsExactly(9L);
    }

    private void answer(FakePeer peer, VersionSet set) {
        GetReplicaRequest request = (GetReplicaRequest) peer.last();
        lane.execute(() -> coordinator.onResponse(peer, new GetReplicaResponse(request.request(), set)));
    }

    @Test
    void atTheCap_nothingIsMinted_andTheCallerIsTold() {
        open(10);
        List.of(a, b, e).forEach(peer -> peer.isLinked = false);

        CompletableFuture<WriteResult> result = put(command(1, CausalContext.EMPTY, WriteCommand.Origin.FIRST));

        assertThatThrownBy(result::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("hints.bytes");
        assertThat(entries(Space.HINTS)).isEmpty();
        assertThat(entries(Space.WRITE_IDS)).isEmpty();
        assertThat(replica.remembered(KEY, new WriteId(1_000, 1))).isNull();
        CompletableFuture<WriteResult> forwarded = new CompletableFuture<>();
        WriteCommand command = command(2, CausalContext.EMPTY, WriteCommand.Origin.FIRST);
        lane.execute(() -> coordinator.putForwarded(STORE, KEY, command, W1, forwarded));
        assertThatThrownBy(forwarded::join).cause().isInstanceOf(HintsFullException.class);
    }
}
