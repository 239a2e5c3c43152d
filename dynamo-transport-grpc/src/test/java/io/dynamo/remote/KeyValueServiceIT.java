package io.dynamo.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.dynamo.remote.proto.AdminGrpc;
import io.dynamo.remote.proto.DeleteRequest;
import io.dynamo.remote.proto.Failure;
import io.dynamo.remote.proto.GetRequest;
import io.dynamo.remote.proto.GetResponse;
import io.dynamo.remote.proto.HealthRequest;
import io.dynamo.remote.proto.HealthResponse;
import io.dynamo.remote.proto.KeyValueGrpc;
import io.dynamo.remote.proto.KeysRequest;
import io.dynamo.remote.proto.KeysResponse;
import io.dynamo.remote.proto.LocateRequest;
import io.dynamo.remote.proto.LocateResponse;
import io.dynamo.remote.proto.Outcome;
import io.dynamo.remote.proto.PutRequest;
import io.dynamo.remote.proto.ReadOptions;
import io.dynamo.remote.proto.RingRequest;
import io.dynamo.remote.proto.RingResponse;
import io.dynamo.remote.proto.Seen;
import io.dynamo.remote.proto.Value;
import io.dynamo.remote.proto.WriteId;
import io.dynamo.remote.proto.WriteName;
import io.dynamo.remote.proto.WriteOptions;
import io.dynamo.remote.proto.WriteResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The service as a client of any language sees it: by its schema alone. */
class KeyValueServiceIT {

    private static final Seen BLIND = Seen.newBuilder().setBlind(true).build();

    private static Clusters nodes;
    private static ManagedChannel channelToA;
    private static ManagedChannel channelToB;
    private static KeyValueGrpc.KeyValueBlockingStub a;
    private static KeyValueGrpc.KeyValueBlockingStub b;
    private static AdminGrpc.AdminBlockingStub admin;

    @BeforeAll
    static void open() {
        nodes = Clusters.open(3, "stores.strict.blind-put", "refuse", "stores.last.mode", "lww");
        channelToA = nodes.channel("a");
        channelToB = nodes.channel("b");
        a = KeyValueGrpc.newBlockingStub(channelToA);
        b = KeyValueGrpc.newBlockingStub(channelToB);
        admin = AdminGrpc.newBlockingStub(channelToA);
    }

    @AfterAll
    static void close() {
        channelToA.shutdownNow();
        channelToB.shutdownNow();
        nodes.close();
    }

    @Test
    void keyNeverWritten_hasNoValueAndAContext() {
        GetResponse read = get("never");
        assertThat(read.getValuesList()).isEmpty();
        assertThat(read.getContext().isEmpty()).isFalse();
        WriteResponse written = a.put(put("never", "one", seen(read)).build());
        assertThat(written.getAcknowledgedList()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(texts(get("never"))).containsExactly("one");
    }

    @Test
    void session_isKept_andOneOfAnotherKeyIsRefused() {
        ByteString seen = a.put(put("in a session", "one", BLIND).build()).getContext();
        GetRequest.Builder read = GetRequest.newBuilder()
                .setStore("s")
                .setOptions(ReadOptions.newBuilder().setR(1).setSession(seen));
        GetResponse found = b.get(read.setKey("in a session").build());
        assertThat(texts(found)).containsExactly("one");
        assertThat(found.getSessionExpired()).isFalse();
        assertThatThrownBy(() -> b.get(read.setKey("another").build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(said(e).getKind()).isEqualTo(Failure.Kind.KIND_CONTEXT));
    }

    @Test
    void putsOnOneContext_bothSurvive_untilOneCoversBoth() {
        GetResponse before = get("carts");
        a.put(put("carts", "left", seen(before)).build());
        b.put(put("carts", "right", seen(before)).build());
        GetResponse both = get("carts");
        assertThat(texts(both)).containsExactlyInAnyOrder("left", "right");
        assertThat(texts(both).get(both.getLatest())).isEqualTo("right");
        a.put(put("carts", "both", seen(both)).build());
        assertThat(texts(get("carts"))).containsExactly("both");
    }

    @Test
    void contextOfAPut_coversThatPutAndNothingElse() {
        WriteResponse first = a.put(put("chain", "first", BLIND).build());
        b.put(put("chain", "unseen", BLIND).build());
        a.put(put(
                        "chain",
                        "second",
                        Seen.newBuilder().setContext(first.getContext()).build())
                .build());
        assertThat(texts(get("chain"))).containsExactlyInAnyOrder("unseen", "second");
    }

    @Test
    void delete_takesWhatItSaw_andLeavesAConcurrentWrite() {
        a.put(put("gone", "old", BLIND).build());
        GetResponse seen = get("gone");
        b.put(put("gone", "concurrent", BLIND).build());
        a.delete(DeleteRequest.newBuilder()
                .setStore("s")
                .setKey("gone")
                .setSeen(seen(seen))
                .build());
        assertThat(texts(get("gone"))).containsExactly("concurrent");
    }

    @Test
    void writeRepeatedOnAnotherNode_isNotMadeTwice() {
        WriteId id = WriteId.newBuilder()
                .setEpochMillis(System.currentTimeMillis())
                .setRandom(77)
                .build();
        PutRequest.Builder put = put("twice", "once", BLIND);
        WriteResponse first =
                a.put(put.setName(WriteName.newBuilder().setId(id)).build());
        WriteResponse again = b.put(
                put.setName(WriteName.newBuilder().setId(id).setRepeated(true)).build());
        assertThat(again.getContext()).isEqualTo(first.getContext());
        assertThat(texts(get("twice"))).containsExactly("once");
    }

    @Test
    void storeWhereTheLastWriteWins_hasOneValue() {
        for (KeyValueGrpc.KeyValueBlockingStub node : List.of(a, b)) {
            node.put(put("k", "value", BLIND).setStore("last").build());
        }
        assertThat(a.get(GetRequest.newBuilder().setStore("last").setKey("k").build())
                        .getValuesList())
                .hasSize(1);
    }

    @Test
    void keys_comePageByPage_eachOnce_fromAnyNode() {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            a.put(put("key-" + i, "v", BLIND).setStore("many").build());
            written.add("key-" + i);
        }
        List<String> listed = new ArrayList<>();
        int pages = 0;
        ByteString page = ByteString.EMPTY;
        do {
            KeysResponse response = (pages++ % 2 == 0 ? a : b)
                    .keys(KeysRequest.newBuilder()
                            .setStore("many")
                            .setPage(page)
                            // So long that no page ends because its time does.
                            .setOptions(ReadOptions.newBuilder().setTimeoutMillis(60_000))
                            .build());
            listed.addAll(response.getKeysList());
            page = response.getNextPage();
        } while (!page.isEmpty());
        assertThat(listed).containsExactlyInAnyOrderElementsOf(written);
        assertThat(pages).isBetween(2, 10);
    }

    @Test
    void badInput_isRefusedWithFieldValueAndWhatIsAllowed() {
        PutRequest.Builder put = put("k", "v", BLIND);
        refused(() -> a.put(put("k", "v", Seen.getDefaultInstance()).build()), "seen = nothing");
        refused(() -> a.put(put("", "v", BLIND).build()), "a key of 0 bytes");
        refused(() -> a.put(put("k", "v", BLIND).setStore("no store").build()), "store 'no store'");
        refused(() -> a.put(put.setOptions(WriteOptions.newBuilder().setW(4)).build()), "w = 4", "allowed: 1 to n = 3");
        refused(
                () -> a.put(put.setOptions(WriteOptions.newBuilder().setProfile("x"))
                        .build()),
                "profile 'x'");
        refused(
                () -> a.put(put.setOptions(WriteOptions.newBuilder().setTimeoutMillis(0))
                        .build()),
                "timeout = PT0S");
        refused(
                () -> a.put(put("k", "v", BLIND)
                        .setName(WriteName.newBuilder().setRepeated(true))
                        .build()),
                "name.id");
        refused(
                () -> a.get(GetRequest.newBuilder()
                        .setStore("s")
                        .setKey("k")
                        .setOptions(ReadOptions.newBuilder().setR(0))
                        .build()),
                "r = 0");
        refused(
                () -> a.keys(KeysRequest.newBuilder()
                        .setStore("s")
                        .setPage(ByteString.copyFromUtf8("?"))
                        .build()),
                "page = 1 bytes");
        refused(() -> admin.locate(LocateRequest.getDefaultInstance()), "key = \"\"");
    }

    private static void refused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(e.getStatus().getDescription()).contains(parts);
            assertThat(said(e).getOutcome()).isEqualTo(Outcome.OUTCOME_NOT_APPLIED);
        });
    }

    private static Failure said(Throwable thrown) {
        Failure said = Failures.said(thrown);
        assertThat(said).isNotNull();
        return said;
    }

    @Test
    void contextOfAnotherKey_andALimitOfTheStore_areFailedPreconditions() {
        GetResponse other = get("other");
        assertThatThrownBy(() -> a.put(put("k", "v", seen(other)).build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                    assertThat(said(e).getKind()).isEqualTo(Failure.Kind.KIND_CONTEXT);
                });
        assertThatThrownBy(() -> a.put(put("k", "v", BLIND).setStore("strict").build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                    assertThat(said(e).getKind()).isEqualTo(Failure.Kind.KIND_LIMIT);
                    assertThat(e.getStatus().getDescription()).contains("stores.strict.blind-put");
                });
    }

    @Test
    void ring_isWhatLocateSays_andIsLeftOutWhenKnown() {
        RingResponse ring = admin.ring(RingRequest.getDefaultInstance());
        assertThat(ring.getCluster()).isEqualTo("dynamo");
        assertThat(ring.getNode()).isEqualTo("a");
        assertThat(ring.getPartitionsCount()).isEqualTo(256);
        assertThat(ring.getMembersList()).extracting("port").contains(nodes.port("a"), nodes.port("c"));
        LocateResponse located =
                admin.locate(LocateRequest.newBuilder().setKey("alice").build());
        assertThat(located.getPartition()).isEqualTo((int) (located.getPosition() >>> 56));
        assertThat(ring.getPartitions(located.getPartition()).getMemberList().stream()
                        .map(member -> ring.getMembers(member).getId()))
                .containsExactlyElementsOf(located.getPreferenceListList());
        RingResponse known = admin.ring(
                RingRequest.newBuilder().setKnownDigest(ring.getDigest()).build());
        assertThat(known.getMembersList()).isEmpty();
        assertThat(known.getDigest()).isEqualTo(ring.getDigest());
        assertThat(get("any").getRing()).isEqualTo(ring.getDigest());
        assertThat(ring.getStoreDefaults().getN()).isEqualTo(3);
        assertThat(ring.getStoresList())
                .extracting("name", "lastWriteWins")
                .contains(tuple("last", true), tuple("strict", false));
    }

    @Test
    void nodesThatAreMissing_areInTheHealth_andInTheFailure() {
        try (Clusters two = Clusters.open(2, "quorum.n", "2", "quorum.w", "2", "request.timeout", "300ms")) {
            ManagedChannel channel = two.channel("a");
            try {
                two.cluster().kill("b");
                KeyValueGrpc.KeyValueBlockingStub node = KeyValueGrpc.newBlockingStub(channel);
                assertThatThrownBy(() -> node.put(put("k", "v", BLIND).build()))
                        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                            Failure said = said(e);
                            assertThat(said.getKind()).isEqualTo(Failure.Kind.KIND_QUORUM);
                            assertThat(said.getRequired()).isEqualTo(2);
                            assertThat(said.getReplicasList())
                                    .extracting("node")
                                    .contains("b");
                            // Before the link is known to be down the write was made, and nobody knows.
                            assertThat(e.getStatus().getCode())
                                    .isEqualTo(
                                            said.getOutcome() == Outcome.OUTCOME_UNKNOWN
                                                    ? Status.Code.DEADLINE_EXCEEDED
                                                    : Status.Code.UNAVAILABLE);
                            assertThat(said.hasWriteId()).isTrue();
                        });
                AdminGrpc.AdminBlockingStub asked = AdminGrpc.newBlockingStub(channel);
                await().atMost(10, TimeUnit.SECONDS)
                        .until(() ->
                                asked.health(HealthRequest.getDefaultInstance()).getMissingCount() == 1);
                HealthResponse health = asked.health(HealthRequest.getDefaultInstance());
                assertThat(health.getNode()).isEqualTo("a");
                assertThat(health.getLive()).isTrue();
                assertThat(health.getReady()).isFalse();
                assertThat(health.getMissingList()).containsExactly("b");
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void deadlineOfTheCall_shortensTheTimeOfTheRequest_andNeverProlongsIt() {
        try (Clusters two =
                Clusters.open(2, "quorum.n", "2", "quorum.w", "2", "request.timeout", "20s", "retry.window", "30s")) {
            ManagedChannel channel = two.channel("a");
            try {
                KeyValueGrpc.KeyValueBlockingStub node = KeyValueGrpc.newBlockingStub(channel);
                node.put(put("k", "v", BLIND).build());
                two.cluster().kill("b");
                // The node fails first, within what the call has left, and says what is known.
                assertThatThrownBy(() -> node.withDeadlineAfter(2, TimeUnit.SECONDS)
                                .put(put("k", "v", BLIND).build()))
                        .satisfies(e -> assertThat(said(e).getKind()).isEqualTo(Failure.Kind.KIND_QUORUM));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void repetition_isNeverToldThatNothingWasApplied() {
        WriteName old = WriteName.newBuilder()
                .setId(WriteId.newBuilder()
                        .setEpochMillis(System.currentTimeMillis() - 60_000)
                        .setRandom(5))
                .setRepeated(true)
                .build();
        assertThatThrownBy(() -> a.put(put("k", "v", BLIND).setName(old).build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getDescription()).contains("no longer known whether it was applied");
                    assertThat(said(e).getOutcome()).isEqualTo(Outcome.OUTCOME_UNKNOWN);
                    assertThat(said(e).getWriteId()).isEqualTo(old.getId());
                });
    }

    @Test
    void nameFromAnotherTime_isRefused() {
        long now = System.currentTimeMillis();
        for (long millis : new long[] {0, now - 60_000, now + 3_600_000, now * 1_000}) {
            WriteName name = WriteName.newBuilder()
                    .setId(WriteId.newBuilder().setEpochMillis(millis).setRandom(5))
                    .build();
            refused(() -> a.put(put("k", "v", BLIND).setName(name).build()), "of a new write", "retry.window");
        }
    }

    @Test
    void contextThatGrewTooLong_isNoReasonToDenyAWriteThatWasApplied() {
        try (Clusters three = Clusters.open(3, "limits.context", "64B")) {
            StatusRuntimeException failure = null;
            Seen seen = BLIND;
            // Each coordinator adds an actor to the chain of contexts.
            for (String node : List.of("a", "b", "c")) {
                ManagedChannel channel = three.channel(node);
                try {
                    WriteResponse written = KeyValueGrpc.newBlockingStub(channel)
                            .put(put("k", "v of " + node, seen).build());
                    seen = Seen.newBuilder().setContext(written.getContext()).build();
                } catch (StatusRuntimeException e) {
                    failure = e;
                    break;
                } finally {
                    channel.shutdownNow();
                }
            }
            assertThat(failure).isNotNull();
            assertThat(said(failure).getOutcome()).isEqualTo(Outcome.OUTCOME_UNKNOWN);
            assertThat(said(failure).hasWriteId()).isTrue();
        }
    }

    @Test
    void requestForAnotherCluster_isRefused() {
        assertThatThrownBy(() -> a.put(put("k", "v", BLIND).setCluster("shop").build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                    assertThat(e.getStatus().getDescription())
                            .contains("cluster = \"shop\"; this node belongs to cluster \"dynamo\"");
                    assertThat(said(e).getKind()).isEqualTo(Failure.Kind.KIND_CLUSTER);
                });
    }

    @Test
    void nodeWhoseClientsAreOff_doesNotKnowTheService() {
        try (Clusters one = Clusters.open(1, "transport.grpc.clients", "false")) {
            ManagedChannel channel = one.channel("a");
            try {
                assertThatThrownBy(() -> KeyValueGrpc.newBlockingStub(channel)
                                .get(GetRequest.newBuilder()
                                        .setStore("s")
                                        .setKey("k")
                                        .build()))
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static GetResponse get(String key) {
        return a.get(GetRequest.newBuilder().setStore("s").setKey(key).build());
    }

    private static Seen seen(GetResponse read) {
        return Seen.newBuilder().setContext(read.getContext()).build();
    }

    private static PutRequest.Builder put(String key, String value, Seen seen) {
        return PutRequest.newBuilder()
                .setStore("s")
                .setKey(key)
                .setValue(ByteString.copyFromUtf8(value))
                .setSeen(seen);
    }

    private static List<String> texts(GetResponse read) {
        return read.getValuesList().stream()
                .map(Value::getData)
                .map(ByteString::toStringUtf8)
                .toList();
    }
}
