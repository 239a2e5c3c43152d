package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.PutReplicaRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** No request is done that was under way for longer than {@code message.lifetime}, whatever held it up. */
class FrameAgeTest {

    private static final Duration YOUNG = Duration.ofSeconds(55);
    private static final Duration OLD = Duration.ofSeconds(61);

    private static long tooOld(TestCluster cluster, String node) {
        return cluster.core(node).figures().tooOld();
    }

    /** A write on its way to c, and nothing else that could bring it there. */
    private static void holdWriteToC(TestCluster cluster) {
        cluster.network.hold(
                message -> message.is(PutReplicaRequest.class) && message.to().equals("c"));
        cluster.text("a").put("k", "v", Context.none());
        cluster.network.lose(message -> message.is(PutReplicaRequest.class));
    }

    @Test
    void write_youngerThanTheLifetime_isApplied() {
        try (TestCluster cluster = TestCluster.of(3)) {
            holdWriteToC(cluster);
            cluster.time.run(YOUNG);

            cluster.network.deliverHeld(1);

            assertThat(cluster.values("c", "k")).containsExactly("v");
            assertThat(tooOld(cluster, "c")).isZero();
        }
    }

    @Test
    void write_olderThanTheLifetime_isDroppedAndCounted() {
        try (TestCluster cluster = TestCluster.of(3)) {
            holdWriteToC(cluster);
            cluster.time.run(OLD);

            cluster.network.deliverHeld(1);

            assertThat(cluster.values("c", "k")).isEmpty();
            assertThat(tooOld(cluster, "c")).isEqualTo(1);
        }
    }

    @Test
    void write_ofASenderWhoHeardNothingSinceThen_isAsOldAsWhatItHeard() {
        try (TestCluster cluster = TestCluster.of(3, "message.lifetime", "5s")) {
            // a hears no greeting of c any more, and does not know yet that its link is down.
            cluster.network.lose(
                    message -> message.from().equals("c") && message.to().equals("a"));
            cluster.time.run(Duration.ofMillis(2_900));
            holdWriteToC(cluster);
            cluster.time.run(Duration.ofMillis(3_100));

            cluster.network.deliverHeld(1);

            assertThat(tooOld(cluster, "c")).isEqualTo(1);
        }
    }

    @Test
    void forwardedWrite_olderThanTheLifetime_isNotMinted() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            String coordinator = cluster.preferenceList(key).get(0);
            cluster.network.hold(message ->
                    message.is(CoordinatePutRequest.class) && message.to().equals(coordinator));
            cluster.text("d").put(key, "v", Context.none(), Option.timeout(Duration.ofSeconds(2)));
            long held = cluster.network.sent(CoordinatePutRequest.class).stream()
                    .filter(message -> message.to().equals(coordinator))
                    .count();
            cluster.time.run(OLD);
            cluster.network.forget();

            cluster.network.deliverHeld(1);

            assertThat(tooOld(cluster, coordinator)).isEqualTo(held).isPositive();
            assertThat(cluster.network.sent(PutReplicaRequest.class)).isEmpty();
        }
    }
}
