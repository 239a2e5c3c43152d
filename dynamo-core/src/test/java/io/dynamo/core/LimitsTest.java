package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.LimitException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits are kept where a version is minted, and never against a write that makes less. */
class LimitsTest {

    @Test
    void siblings_atTheCap_onlyGrowthIsRefused() {
        try (TestCluster cluster = TestCluster.of(3, "limits.siblings-max", "3", "limits.siblings-warn", "2")) {
            List<Context> receipts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                receipts.add(cluster.text("a").put("k", "v" + i, Context.none()).context());
            }

            assertThatThrownBy(() -> cluster.text("a").put("k", "v3", Context.none()))
                    .isInstanceOfSatisfying(
                            LimitException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                    .hasMessageContaining("limits.siblings-max is 3");
            cluster.text("a").put("k", "w0", receipts.get(0));
            assertThat(cluster.values("a", "k")).containsExactly("v1", "v2", "w0");
            cluster.text("a").delete("k", cluster.text("a").get("k").context());
            assertThat(cluster.text("a").get("k").value()).isEmpty();
        }
    }

    @Test
    void siblings_aboveTheCapByMerge_areNeitherDroppedNorUnwritable() {
        try (TestCluster cluster = TestCluster.of(3, "limits.siblings-max", "3", "limits.siblings-warn", "2")) {
            cluster.network.lose(message -> message.isBetween("a", "b"));
            List<Context> receipts = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                receipts.add(cluster.text("a")
                        .put("k", "a" + i, Context.none(), Option.w(1))
                        .context());
                cluster.network.lose(message -> message.touches("a"));
                cluster.text("b").put("k", "b" + i, Context.none(), Option.w(1));
            }
            cluster.network.heal();
            cluster.repair("k");
            assertThat(cluster.values("c", "k")).containsExactly("a0", "a1", "a2", "b0", "b1", "b2");

            assertThatThrownBy(() -> cluster.text("a").put("k", "more", Context.none()))
                    .isInstanceOf(LimitException.class);
            cluster.text("a").put("k", "a3", receipts.get(0), Option.w(3));
            assertThat(cluster.values("b", "k")).containsExactly("a1", "a2", "a3", "b0", "b1", "b2");
            cluster.text("b").put("k", "all", cluster.text("b").get("k").context(), Option.w(3));
            assertThat(cluster.values("a", "k")).containsExactly("all");
        }
    }

    @Test
    void record_atTheCap_onlyGrowthIsRefused() {
        try (TestCluster cluster = TestCluster.of(1, "limits.value", "1KiB", "limits.record", "4KiB")) {
            String large = "x".repeat(900);
            List<Context> receipts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                receipts.add(
                        cluster.text("a").put("k", i + large, Context.none()).context());
            }
            assertThatThrownBy(() -> cluster.text("a").put("k", large, Context.none()))
                    .isInstanceOfSatisfying(
                            LimitException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                    .hasMessageContaining("limits.record is 4096");

            cluster.text("a").put("k", "9" + large, receipts.get(0));
            assertThat(cluster.values("a", "k"))
                    .as("replaced by one of its size")
                    .hasSize(4);
            cluster.text("a").put("k", large, cluster.text("a").get("k").context());
            assertThat(cluster.values("a", "k")).containsExactly(large);
        }
    }

    @Test
    void valueOrKeyTooLarge_namesLimitAndSize() {
        try (TestCluster cluster = TestCluster.of(1, "limits.value", "1KiB", "limits.key", "16B")) {
            assertThatThrownBy(() -> cluster.text("a").put("k", "x".repeat(1025), Context.none()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1025")
                    .hasMessageContaining("limits.value is 1024");
            assertThatThrownBy(() -> cluster.text("a").get("x".repeat(17)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("17 bytes")
                    .hasMessageContaining("16 bytes (limits.key)");
            assertThatThrownBy(() -> cluster.text("a").get(""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0 bytes");
            assertThatThrownBy(() -> cluster.text("a").put("\ud800", "v", Context.none()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("surrogate");
            cluster.text("a").put("x".repeat(16), "x".repeat(1024), Context.none());
        }
    }
}
