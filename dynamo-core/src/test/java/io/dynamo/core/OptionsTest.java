package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.ConfigException;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.core.wire.GetReplicaRequest;
import java.time.Duration;
import java.util.List;
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
