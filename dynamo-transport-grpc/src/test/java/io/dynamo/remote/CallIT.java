package io.dynamo.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.LimitException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.remote.proto.AdminGrpc;
import io.dynamo.remote.proto.Failure;
import io.dynamo.remote.proto.Failure.Kind;
import io.dynamo.remote.proto.GetRequest;
import io.dynamo.remote.proto.GetResponse;
import io.dynamo.remote.proto.KeyValueGrpc;
import io.dynamo.remote.proto.Member;
import io.dynamo.remote.proto.PreferenceList;
import io.dynamo.remote.proto.PutRequest;
import io.dynamo.remote.proto.RingRequest;
import io.dynamo.remote.proto.RingResponse;
import io.dynamo.remote.proto.Value;
import io.dynamo.remote.proto.WriteResponse;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a client goes from node to node, against nodes that do as they are told. */
class CallIT {

    /** For silence that is to be waited for: a quarter of it is long on no machine. */
    private static final Option SOON = Option.timeout(Duration.ofMillis(1_600));

    private final List<ScriptedNode> nodes = new ArrayList<>();
    private DynamoClient client;

    @BeforeEach
    void open() throws IOException {
        for (int i = 0; i < 3; i++) {
            nodes.add(new ScriptedNode());
        }
        nodes.forEach(node -> node.ring(nodes));
        client = DynamoClient.connect(DynamoConfig.of(
                Map.of("client.seeds", "127.0.0.1:" + nodes.get(2).port(), "client.timeout", "60s")));
    }

    @AfterEach
    void close() {
        client.close();
        nodes.forEach(ScriptedNode::close);
    }

    private Store<String> store() {
        return client.store("s", Codec.utf8(), Reconciler.siblings());
    }

    @Test
    void nodeThatIsGone_isPassedBy_andNothingCountsAsRepeated() {
        nodes.get(0).close();
        store().put("k", "v", Context.none());
        assertThat(nodes.get(1).puts()).extracting("name.repeated").containsExactly(false);
    }

    @Test
    void silentNode_isPassedByAfterAQuarterOfTheTime_andItsWriteIsRepeatedByName() {
        nodes.get(0).answer(Answer.SILENCE);
        store().put("k", "v", Context.none(), SOON);
        PutRequest first = nodes.get(0).puts().get(0);
        PutRequest second = nodes.get(1).puts().get(0);
        assertThat(first.getName().getRepeated()).isFalse();
        assertThat(second.getName().getRepeated()).isTrue();
        assertThat(second.getName().getId()).isEqualTo(first.getName().getId());
    }

    @Test
    void silentNode_doesNotHoldUpARead() {
        nodes.get(0).answer(Answer.SILENCE);
        assertThat(store().get("k", SOON).siblings()).containsExactly("v");
    }

    @Test
    void refusal_doesNotEndATryThatIsStillOpen() {
        nodes.get(0).answer(Answer.AFTER_THE_OTHERS);
        nodes.get(1).answer(Answer.OVERLOADED);
        nodes.get(1).thenRelease(nodes.get(0));
        assertThat(store().get("k", Option.timeout(Duration.ofSeconds(20))).siblings())
                .containsExactly("v");
        assertThat(nodes.get(2).asked()).isZero();
    }

    @Test
    void nodeThatWasSilent_isAskedLastForAWhile() {
        nodes.get(0).answer(Answer.SILENCE);
        store().get("k", SOON);
        int before = nodes.get(0).asked();
        store().get("k");
        assertThat(nodes.get(0).asked()).isEqualTo(before);
    }

    @Test
    void closedClient_failsWhatIsUnderWay_andWhatComesAfter() throws Exception {
        nodes.forEach(node -> node.answer(Answer.SILENCE));
        List<CompletableFuture<?>> underWay = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            underWay.add(store().async()
                    .put("k" + i, "v", Context.none())
                    .toCompletableFuture()
                    .copy());
            underWay.add(store().async()
                    .update("k", old -> old)
                    .toCompletableFuture()
                    .copy());
        }
        await().until(() -> nodes.get(0).asked() >= 21);
        client.close();
        for (CompletableFuture<?> one : underWay) {
            assertThatThrownBy(() -> one.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        }
        assertThatThrownBy(() -> store().get("k")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store().put("k", "v", Context.none())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store().update("k", old -> old)).isInstanceOf(IllegalStateException.class);
        client.close();
    }

    @Test
    void updatesThatWaitForTheirTurn_haveALimit_andTheOneBeforeThemGoesOn() throws Exception {
        nodes.get(0).answer(Answer.AFTER_THE_OTHERS);
        nodes.get(1).close();
        nodes.get(2).close();
        CompletableFuture<?> first = store().async().update("k", old -> old).toCompletableFuture();
        await().until(() -> nodes.get(0).asked() == 1);
        assertThatThrownBy(() -> store().update("k", old -> old, Option.timeout(Duration.ofMillis(100))))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("other updates of this key");
        nodes.get(0).release();
        first.get(20, TimeUnit.SECONDS);
        assertThat(store().update("k", old -> old)).contains("v");
    }

    @Test
    void connectionThatBreaksAfterTheWriteWentOut_isRepeatedByName() {
        nodes.get(0).answer(Answer.BREAK);
        store().put("k", "v", Context.none());
        assertThat(nodes.get(1).puts()).extracting("name.repeated").containsExactly(true);
    }

    @Test
    void nodeThatAppliedNothing_isFollowedByOneThatIsAskedForTheFirstTime() {
        nodes.get(0).answer(Answer.NOT_APPLIED);
        store().put("k", "v", Context.none());
        assertThat(nodes.get(1).puts()).extracting("name.repeated").containsExactly(false);
    }

    @Test
    void refusal_endsTheCallAtOnce() {
        nodes.get(0).answer(Answer.LIMIT);
        assertThatThrownBy(() -> store().put("k", "v", Context.none())).isInstanceOf(LimitException.class);
        nodes.get(0).answer(Answer.OVERLOADED);
        assertThatThrownBy(() -> store().get("k"))
                .isInstanceOfSatisfying(
                        OverloadedException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofMillis(70)));
        assertThat(nodes.get(1).asked()).isZero();
    }

    @Test
    void refusalAfterAnUnknownTry_staysUnknown_withTheName() {
        nodes.get(0).answer(Answer.UNKNOWN);
        nodes.get(1).answer(Answer.LIMIT);
        assertThatThrownBy(() -> store().put("k", "v", Context.none()))
                .isInstanceOfSatisfying(QuorumException.class, e -> {
                    assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                    assertThat(e.writeId().map(Words::writeId))
                            .contains(nodes.get(0).puts().get(0).getName().getId());
                });
    }

    @Test
    void everyNodeSilent_endsInTime_unknownForAWrite_notAppliedForARead() {
        nodes.forEach(node -> node.answer(Answer.SILENCE));
        assertThatThrownBy(() -> store().put("k", "v", Context.none(), SOON))
                .isInstanceOfSatisfying(QuorumException.class, e -> {
                    assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                    assertThat(e.replicas()).hasSize(3);
                });
        assertThatThrownBy(() -> store().get("k", SOON))
                .isInstanceOfSatisfying(
                        QuorumException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        nodes.forEach(ScriptedNode::close);
        assertThatThrownBy(() -> store().put("k", "v", Context.none(), Option.timeout(Duration.ofMillis(300))))
                .isInstanceOfSatisfying(
                        QuorumException.class, e -> assertThat(e.replicas()).isNotEmpty());
    }

    @Test
    void otherRingInAnAnswer_isAskedForAtOnce() {
        nodes.get(0).ring(List.of(nodes.get(1)));
        nodes.get(1).ring(List.of(nodes.get(1)));
        nodes.get(2).ring(List.of(nodes.get(1)));
        store().get("k");
        await().until(() -> {
            int before = nodes.get(0).asked();
            store().get("k");
            return nodes.get(0).asked() == before;
        });
    }

    @Test
    void update_keepsItsNameWhileUnknown_andRunsAgainOnlyIfNothingWasApplied() {
        AtomicInteger runs = new AtomicInteger();
        nodes.forEach(node -> node.answerOnce(Answer.UNKNOWN));
        assertThat(store().update("k", old -> {
                    runs.incrementAndGet();
                    return old.map(text -> text + "!");
                }))
                .contains("v!");
        assertThat(runs).hasValue(1);
        assertThat(nodes.stream()
                        .flatMap(node -> node.puts().stream())
                        .map(put -> put.getName().getId()))
                .hasSizeGreaterThan(1)
                .allMatch(nodes.get(0).puts().get(0).getName().getId()::equals);
        nodes.forEach(node -> node.answerOnce(Answer.NOT_APPLIED));
        store().update("k", old -> {
            runs.incrementAndGet();
            return old;
        });
        assertThat(runs).hasValue(3);
    }

    private enum Answer {
        WELL,
        SILENCE,
        BREAK,
        NOT_APPLIED,
        UNKNOWN,
        LIMIT,
        OVERLOADED,
        /** Well, but not before it is released. */
        AFTER_THE_OTHERS
    }

    /** A server that answers puts (and, unless said, gets) as it is told. */
    private static final class ScriptedNode {
        private final Server server;
        private final List<PutRequest> puts = new CopyOnWriteArrayList<>();
        private final AtomicInteger asked = new AtomicInteger();
        private volatile Answer answer = Answer.WELL;
        private final CompletableFuture<Void> released = new CompletableFuture<>();
        private volatile @Nullable ScriptedNode releases;
        private volatile Answer once = Answer.WELL;
        private volatile RingResponse ring = RingResponse.getDefaultInstance();

        ScriptedNode() throws IOException {
            server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                    .addService(new KeyValue())
                    .addService(new Admin())
                    .build()
                    .start();
        }

        int port() {
            return server.getPort();
        }

        /** Answers what it held back, and from now on at once. */
        void release() {
            answer = Answer.WELL;
            released.complete(null);
        }

        void thenRelease(ScriptedNode other) {
            releases = other;
        }

        int asked() {
            return asked.get();
        }

        List<PutRequest> puts() {
            return puts;
        }

        void answer(Answer given) {
            answer = given;
        }

        void answerOnce(Answer given) {
            once = given;
        }

        void ring(List<ScriptedNode> members) {
            RingResponse.Builder response =
                    RingResponse.newBuilder().setDigest(members.size()).setNowMillis(System.currentTimeMillis());
            PreferenceList.Builder list = PreferenceList.newBuilder();
            for (ScriptedNode node : members) {
                list.addMember(response.getMembersCount());
                response.addMembers(Member.newBuilder().setHost("127.0.0.1").setPort(node.port()));
            }
            ring = response.addPartitions(list).build();
        }

        void close() {
            server.shutdownNow();
        }

        /** Says what it was told to say; false if it is to answer well. */
        private boolean fails(Answer told, StreamObserver<?> observer) {
            asked.incrementAndGet();
            if (told == Answer.OVERLOADED && releases != null) {
                releases.release();
            }
            switch (told) {
                case WELL -> {
                    return false;
                }
                case SILENCE -> {}
                case AFTER_THE_OTHERS -> throw new AssertionError("answered by the caller");
                case BREAK -> server.shutdownNow();
                case NOT_APPLIED ->
                    observer.onError(failure(
                            Kind.KIND_QUORUM,
                            Status.Code.UNAVAILABLE,
                            io.dynamo.remote.proto.Outcome.OUTCOME_NOT_APPLIED));
                case UNKNOWN ->
                    observer.onError(failure(
                            Kind.KIND_QUORUM,
                            Status.Code.DEADLINE_EXCEEDED,
                            io.dynamo.remote.proto.Outcome.OUTCOME_UNKNOWN));
                case LIMIT ->
                    observer.onError(failure(
                            Kind.KIND_LIMIT,
                            Status.Code.FAILED_PRECONDITION,
                            io.dynamo.remote.proto.Outcome.OUTCOME_NOT_APPLIED));
                case OVERLOADED ->
                    observer.onError(failure(
                            Kind.KIND_OVERLOADED,
                            Status.Code.RESOURCE_EXHAUSTED,
                            io.dynamo.remote.proto.Outcome.OUTCOME_NOT_APPLIED));
            }
            return true;
        }

        private static Throwable failure(Kind kind, Status.Code code, io.dynamo.remote.proto.Outcome outcome) {
            return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                    .setCode(code.value())
                    .setMessage("as told")
                    .addDetails(Any.pack(Failure.newBuilder()
                            .setKind(kind)
                            .setOutcome(outcome)
                            .setRetryAfterMillis(70)
                            .build()))
                    .build());
        }

        private final class KeyValue extends KeyValueGrpc.KeyValueImplBase {
            @Override
            public void get(GetRequest request, StreamObserver<GetResponse> observer) {
                Answer told = answer == Answer.NOT_APPLIED || answer == Answer.UNKNOWN ? Answer.WELL : answer;
                if (told == Answer.AFTER_THE_OTHERS) {
                    asked.incrementAndGet();
                    var unused = released.thenRun(() -> answer(observer));
                } else if (!fails(told, observer)) {
                    answer(observer);
                }
            }

            private void answer(StreamObserver<GetResponse> observer) {
                observer.onNext(GetResponse.newBuilder()
                        .addValues(Value.newBuilder().setData(ByteString.copyFromUtf8("v")))
                        .setContext(ByteString.copyFromUtf8("seen"))
                        .setRing(ring.getDigest())
                        .build());
                observer.onCompleted();
            }

            @Override
            public void put(PutRequest request, StreamObserver<WriteResponse> observer) {
                puts.add(request);
                Answer told = once == Answer.WELL ? answer : once;
                once = Answer.WELL;
                if (!fails(told, observer)) {
                    observer.onNext(WriteResponse.newBuilder()
                            .setContext(ByteString.copyFromUtf8("seen"))
                            .setId(request.getName().getId())
                            .setRing(ring.getDigest())
                            .build());
                    observer.onCompleted();
                }
            }
        }

        private final class Admin extends AdminGrpc.AdminImplBase {
            @Override
            public void ring(RingRequest request, StreamObserver<RingResponse> observer) {
                observer.onNext(ring);
                observer.onCompleted();
            }
        }
    }
}
