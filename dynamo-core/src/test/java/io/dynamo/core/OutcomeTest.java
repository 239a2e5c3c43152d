package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoException;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Reconciler;
import io.dynamo.api.ReplicaAnswer.Status;
import io.dynamo.api.Store;
import io.dynamo.core.config.SettingsReader;
import io.dynamo.core.runtime.SystemRuntime;
import io.dynamo.core.transport.InProcessNetwork;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import io.dynamo.spi.Address;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A failure says what is known: NOT_APPLIED only if nothing was stored or sent. */
class OutcomeTest {

    @Test
    void put_replicasUnreachable_notAppliedBeforeMinting() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.kill("b", "c");
            cluster.noticeSilence();

            assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none()))
                    .isInstanceOfSatisfying(QuorumException.class, e -> {
                        assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                        assertThat(e.required()).isEqualTo(2);
                        assertThat(e.replicas())
                                .extracting(answer -> answer.node())
                                .containsExactlyInAnyOrder("b", "c");
                        assertThat(e.replicas())
                                .allMatch(answer -> answer.status() == Status.UNREACHABLE)
                                .allMatch(answer -> !answer.detail().isEmpty());
                    });
            assertThat(cluster.held("a", "k").isEmpty()).isTrue();
            assertThat(cluster.engine("a").entries(Space.RECORDS)).isEmpty();
            assertThat(cluster.network.sent(PutReplicaRequest.class)).isEmpty();
        }
    }

    @Test
    void put_acksLost_outcomeUnknownWithTheCausePerReplica() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.engine("b").failsWrites = true;
            cluster.network.lose(message -> message.touches("c"));

            assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none()))
                    .isInstanceOfSatisfying(QuorumException.class, e -> {
                        assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                        assertThat(e.acknowledged()).isEqualTo(1);
                        assertThat(e.writeId()).isPresent();
                        assertThat(e.replicas())
                                .extracting(answer -> answer.node() + " " + answer.status())
                                .containsExactlyInAnyOrder("a ACKNOWLEDGED", "b FAILED", "c NO_ANSWER");
                        assertThat(e.getMessage()).contains("the disk is full");
                    });
            assertThat(cluster.values("a", "k")).containsExactly("one");
        }
    }

    @Test
    void forwardedPut_nobodyAnswers_isDoneHereAndMintedOnce() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.network.lose(message -> message.is(CoordinatePutResponse.class));

            assertThat(cluster.text("d").put(key, "one", Context.none()).coordinator())
                    .isEqualTo("d");
            assertThat(cluster.text("a").get(key).siblings()).containsExactly("one");
        }
    }

    @Test
    void forwardedPut_nobodyAnswersAnything_isUnknown() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.network.lose(message -> message.is(CoordinatePutResponse.class)
                    || message.is(PutReplicaResponse.class)
                    || message.is(GetReplicaResponse.class));

            assertThatThrownBy(() -> cluster.text("d").put(key, "one", Context.none()))
                    .isInstanceOfSatisfying(QuorumException.class, e -> {
                        assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                        assertThat(e.writeId()).isPresent();
                    });
            cluster.network.lose(message -> false);
            assertThat(cluster.text("a").get(key).value()).contains("one");
        }
    }

    @Test
    void forwardedPut_minted_thenRefusedElsewhere_isUnknown() {
        try (TestCluster cluster = TestCluster.of(4, "limits.siblings-max", "1", "limits.siblings-warn", "1")) {
            String key = cluster.keyNotOn("d", 3);
            String first = cluster.preferenceList(key).get(0);
            String second = cluster.preferenceList(key).get(1);
            cluster.network.lose(message -> message.touches(first));
            cluster.text(second).put(key, "there", Context.none());
            // The first coordinator does not know of that, mints, and is not heard; the second has no room.
            cluster.network.lose(message ->
                    message.from().equals(first) || message.touches(first) && !message.is(CoordinatePutRequest.class));

            assertThatThrownBy(() -> cluster.text("d")
                            .put(key, "one", Context.none(), Option.w(1), Option.timeout(Duration.ofSeconds(2))))
                    .isInstanceOfSatisfying(
                            DynamoException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
            assertThat(cluster.values(first, key)).as("it was minted").containsExactly("one");
        }
    }

    @Test
    void forwardedPut_noCoordinatorReachable_isNotApplied() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            cluster.kill("a", "b", "c");
            cluster.noticeSilence();

            assertThatThrownBy(() -> cluster.text("d").put(key, "one", Context.none()))
                    .isInstanceOfSatisfying(QuorumException.class, e -> {
                        assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                        assertThat(e.replicas()).allMatch(answer -> answer.status() == Status.UNREACHABLE);
                    });
        }
    }

    @Test
    void get_tooFewAnswers_saysWhoSaidWhat() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.engine("b").failsReads = true;
            cluster.network.lose(message -> message.touches("c"));

            assertThatThrownBy(() -> cluster.text("a").get("k")).isInstanceOfSatisfying(QuorumException.class, e -> {
                assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                assertThat(e.replicas())
                        .extracting(answer -> answer.node() + " " + answer.status())
                        .containsExactlyInAnyOrder("a NOT_FOUND", "b FAILED", "c NO_ANSWER");
            });
        }
    }

    @Test
    void killedCoordinator_acknowledgedWriteIsFoundAfterItsRestart() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.text("a").put("k", "one", Context.none());
            cluster.kill("a", "b", "c");
            cluster.start("a");
            cluster.start("b");
            cluster.start("c");
            cluster.link();

            assertThat(cluster.text("c").get("k").value()).contains("one");
        }
    }

    @Test
    void interruptedPut_unknownAndFlagKept() {
        DynamoConfig config = DynamoConfig.empty();
        SystemRuntime runtime = new SystemRuntime("a");
        TestEngine engine = new TestEngine();
        InProcessNetwork network = new InProcessNetwork();
        Endpoint endpoint = new Endpoint(network.transport(new Address("test", 0), runtime));
        NodeCore core = NodeCore.start(new NodeParts(
                        SettingsReader.read(config).require(List.of()),
                        new NodeParts.Host(runtime, false, 1),
                        new NodeParts.Storage(engine, Durability.SYNC),
                        endpoint))
                .join();
        try (EmbeddedNode node = new EmbeddedNode(core, runtime::close)) {
            Store<String> store = node.store("notes", TestCluster.TEXT, Reconciler.siblings());
            engine.holdsWrites = true;
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> store.put("k", "one", Context.none()))
                    .isInstanceOfSatisfying(
                            QuorumException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN))
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).as("the flag").isTrue();

            engine.releaseWrites();
            assertThat(store.get("k").value()).as("it went on").contains("one");
        }
    }

    @Test
    void blockingCallInCallback_throwsAndSaysWhatToDo() {
        try (LocalCluster cluster = DynamoNode.local(1)) {
            Store<String> store = cluster.node("a").store("notes", TestCluster.TEXT, Reconciler.siblings());

            assertThatThrownBy(() -> store.async()
                            .update("k", old -> store.get("k").value().or(() -> Optional.of("x")))
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("callback")
                    .hasMessageContaining("Store.async()");
            assertThat(store.update("k", old -> Optional.of("y")))
                    .as("the key is not stuck")
                    .contains("y");
        }
    }
}
