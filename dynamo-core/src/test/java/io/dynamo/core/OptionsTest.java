package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.ConfigException;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Option;
import io.dynamo.api.Written;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.spi.Durability;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a request may ask for. */
class OptionsTest {

    @Test
    void option_aboveN_namesBoth() {
        try (TestCluster cluster = TestCluster.of(3, "stores.notes.n", "2")) {
            for (Option option : List.of(Option.r(3), Option.pr(3))) {
                assertThatThrownBy(() -> cluster.text("a").get("k", option))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("r = 3")
                        .hasMessageContaining("n = 2");
            }
            for (Option option : List.of(Option.w(3), Option.pw(3))) {
                assertThatThrownBy(() -> cluster.text("a").put("k", "v", Context.none(), option))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("w = 3")
                        .hasMessageContaining("n = 2");
            }
            assertThatThrownBy(() -> cluster.text("a").put("k", "v", Context.none(), Option.durable(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("durable = 3");
            assertThatThrownBy(() -> cluster.text("a").get("k", Option.r(0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("r = 0");
            assertThatThrownBy(() -> Option.timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
            assertThat(cluster.text("a").get("k").value()).isEmpty();
        }
    }

    @Test
    void nAboveTheMembers_isRefusedAtStart() {
        assertThatThrownBy(() -> TestCluster.of(2, "stores.notes.n", "3"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("stores.notes.n = 3");
    }

    @Test
    void profile_unknown_namesThoseThatAre() {
        try (TestCluster cluster = TestCluster.of(3, "profiles.careful.r", "3")) {
            assertThatThrownBy(() -> cluster.text("a").get("k", Option.profile("carefull")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("carefull")
                    .hasMessageContaining("[careful]");
        }
    }

    @Test
    void option_winsOverProfile_andProfileOverStore() {
        try (TestCluster cluster = TestCluster.of(3, "profiles.careful.r", "3", "stores.notes.r", "1")) {
            assertThat(askedBy(cluster)).isZero();
            assertThat(askedBy(cluster, Option.profile("careful"))).isEqualTo(2);
            assertThat(askedBy(cluster, Option.profile("careful"), Option.r(2))).isEqualTo(1);
            assertThat(askedBy(cluster, Option.r(2), Option.profile("careful")))
                    .as("any option wins over a profile")
                    .isEqualTo(1);
            assertThat(askedBy(cluster, Option.askAll())).isEqualTo(2);
        }
    }

    @Test
    void durable_makesEveryReplicaSync_whereTheStoreDoesNot() {
        try (TestCluster cluster = TestCluster.of(3, "stores.notes.durability", "buffered")) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            assertThat(durabilities(cluster, Option.w(3))).containsOnly(Durability.BUFFERED);
            assertThat(durabilities(cluster, Option.w(3), Option.durable(1))).containsOnly(Durability.SYNC);
            assertThat(durabilities(cluster, Option.w(3))).as("that one only").containsOnly(Durability.BUFFERED);
        }
        try (TestCluster cluster = TestCluster.of(
                3, "stores.notes.durability", "buffered", "stores.notes.durable", "2", "profiles.lax.durable", "0")) {
            cluster.text("a").put("k", "one", Context.none(), Option.w(3));
            assertThat(durabilities(cluster, Option.w(3))).as("of the store").containsOnly(Durability.SYNC);
            assertThat(durabilities(cluster, Option.w(3), Option.profile("lax")))
                    .containsOnly(Durability.BUFFERED);
        }
    }

    @Test
    void durable_aboveW_isWaitedFor() {
        try (TestCluster cluster = TestCluster.of(3)) {
            assertThat(cluster.text("a")
                            .put("k", "one", Context.none(), Option.w(1), Option.durable(3))
                            .acknowledged())
                    .containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @Test
    void receipt_saysWhoCoordinatedAndWhoAcknowledged() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            Written all = cluster.text("d").put(key, "one", Context.none(), Option.w(3));
            assertThat(all.acknowledged()).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(all.acknowledged()).contains(all.coordinator());
            assertThat(all.hinted()).isEmpty();

            cluster.network.lose(message -> message.touches("c"));
            Written two = cluster.text("a").put(key, "two", all.context());
            assertThat(two.coordinator()).isEqualTo("a");
            assertThat(two.acknowledged()).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    void primaries_areAllThereIs_soPrAndPwAreMetByAnyReplicas() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> message.touches("c"));
            cluster.text("a").put("k", "one", Context.none(), Option.pw(2));
            assertThat(cluster.text("b").get("k", Option.pr(2)).value()).contains("one");
            assertThatThrownBy(() -> cluster.text("a").put("k", "two", Context.none(), Option.pw(3)))
                    .isInstanceOf(DynamoException.class);
            assertThatThrownBy(() -> cluster.text("a").get("k", Option.pr(3))).isInstanceOf(DynamoException.class);
        }
    }

    /** What the replicas' disks were asked for by one put. */
    private static Set<Durability> durabilities(TestCluster cluster, Option... options) {
        List<String> nodes = List.of("a", "b", "c");
        nodes.forEach(node -> cluster.engine(node).askedFor.clear());
        cluster.text("a").put("k", "x", cluster.text("a").get("k").context(), options);
        Set<Durability> all = EnumSet.noneOf(Durability.class);
        for (String node : nodes) {
            assertThat(cluster.engine(node).askedFor).as(node).hasSize(1);
            all.addAll(cluster.engine(node).askedFor);
        }
        return all;
    }

    @Test
    void trace_saysWhoWasAskedAndWhatTheySaid() {
        try (TestCluster cluster = TestCluster.of(3)) {
            assertThat(cluster.text("a").get("k").trace().events()).isEmpty();
            String trace = cluster.text("a").get("k", Option.trace()).trace().toString();
            assertThat(trace).contains("preference list").contains("answered NOT_FOUND");
            cluster.text("a").put("k", "one", Context.none());
            assertThat(cluster.text("a").get("k", Option.trace()).trace().toString())
                    .contains("answered VALUE")
                    .contains("merged to 1 version");
        }
    }

    private static int askedBy(TestCluster cluster, Option... options) {
        int before = cluster.network.sent(GetReplicaRequest.class).size();
        cluster.text("a").get("k", options);
        cluster.time.run(TestCluster.SECOND);
        return cluster.network.sent(GetReplicaRequest.class).size() - before;
    }
}
