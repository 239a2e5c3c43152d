package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.PutReplicaRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a request may last, and that every node that works for it knows. */
class DeadlineTest {

    private static void assertLasts(TestCluster cluster, Duration expected, Option... options) {
        long before = cluster.time.nowNanos();
        assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none(), options))
                .isInstanceOf(DynamoException.class);
        assertThat(Duration.ofNanos(cluster.time.nowNanos() - before))
                .isBetween(expected, expected.plus(Duration.ofMillis(5)));
        before = cluster.time.nowNanos();
        assertThatThrownBy(() -> cluster.text("a").get("k", options)).isInstanceOf(QuorumException.class);
        assertThat(Duration.ofNanos(cluster.time.nowNanos() - before))
                .isBetween(expected, expected.plus(Duration.ofMillis(5)));
    }

    @Test
    void timeout_ofOptionWinsOverProfile_profileOverStore_storeOverAll() {
        try (TestCluster cluster = TestCluster.of(
                3, "request.timeout", "800ms", "stores.notes.timeout", "400ms", "profiles.quick.timeout", "100ms")) {
            cluster.network.lose(
                    message -> !message.touches("a") || !message.from().equals("a"));

            assertLasts(cluster, Duration.ofMillis(400));
            assertLasts(cluster, Duration.ofMillis(100), Option.profile("quick"));
            assertLasts(cluster, Duration.ofMillis(50), Option.profile("quick"), Option.timeout(Duration.ofMillis(50)));
            Option shorter = Option.timeoutAtMost(Duration.ofMillis(60));
            Option longer = Option.timeoutAtMost(Duration.ofMillis(600));
            assertLasts(cluster, Duration.ofMillis(60), shorter, Option.profile("quick"));
            assertLasts(cluster, Duration.ofMillis(60), shorter, Option.timeout(Duration.ofMillis(90)));
            assertLasts(cluster, Duration.ofMillis(100), longer, Option.profile("quick"));
        }
        try (TestCluster cluster = TestCluster.of(3, "request.timeout", "800ms")) {
            cluster.network.lose(message -> !message.from().equals("a"));
            assertLasts(cluster, Duration.ofMillis(800));
        }
    }

    @Test
    void requestToAReplica_saysWhatIsLeft() {
        try (TestCluster cluster = TestCluster.of(3)) {
            cluster.network.lose(message -> !message.from().equals("a"));
            Option limit = Option.timeout(Duration.ofMillis(400));
            assertThatThrownBy(() -> cluster.text("a").put("k", "one", Context.none(), limit))
                    .isInstanceOf(QuorumException.class);
            assertThatThrownBy(() -> cluster.text("a").get("k", limit)).isInstanceOf(QuorumException.class);

            List<Long> puts = new ArrayList<>();
            cluster.network
                    .sent(PutReplicaRequest.class)
                    .forEach(sent -> puts.add(((PutReplicaRequest) sent.message()).timeoutMicros()));
            List<Long> gets = new ArrayList<>();
            cluster.network
                    .sent(GetReplicaRequest.class)
                    .forEach(sent -> gets.add(((GetReplicaRequest) sent.message()).timeoutMicros()));
            for (List<Long> left : List.of(puts, gets)) {
                assertThat(left).hasSizeGreaterThan(2).allMatch(micros -> micros > 0 && micros <= 400_000);
                assertThat(left.get(left.size() - 1))
                        .as("the last time it was sent")
                        .isLessThan(150_000L);
            }
        }
    }

    @Test
    void forwardedPut_itsCoordinatorGivesUpWithItsCaller() {
        try (TestCluster cluster = TestCluster.of(4)) {
            String key = cluster.keyNotOn("d", 3);
            long start = cluster.time.nowNanos();
            List<Duration> answered = new ArrayList<>();
            cluster.network.lose(message -> {
                if (message.is(CoordinatePutResponse.class)) {
                    answered.add(Duration.ofNanos(cluster.time.nowNanos() - start));
                    assertThat(((CoordinatePutResponse) message.message()).outcome())
                            .isEqualTo(Outcome.UNKNOWN);
                }
                return message.is(io.dynamo.core.wire.PutReplicaResponse.class);
            });

            assertThatThrownBy(() ->
                            cluster.text("d").put(key, "one", Context.none(), Option.timeout(Duration.ofMillis(300))))
                    .isInstanceOfSatisfying(
                            QuorumException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
            cluster.time.run(Duration.ofSeconds(5));

            assertThat(cluster.network.sent(CoordinatePutRequest.class))
                    .allSatisfy(sent -> assertThat(((CoordinatePutRequest) sent.message()).timeoutMicros())
                            .isBetween(1L, 300_000L));
            // Its own default would have been a second.
            assertThat(answered).isNotEmpty().allMatch(after -> after.compareTo(Duration.ofMillis(310)) < 0);
        }
    }
}
