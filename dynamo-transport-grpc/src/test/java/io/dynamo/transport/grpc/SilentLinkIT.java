package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.spi.Address;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection that is neither closed nor alive is noticed by its keepalive, said, and replaced. */
@Timeout(120)
class SilentLinkIT {

    @Test
    void connectionThatFellSilent_isGivenUpWithAReasonAndReplaced() throws Exception {
        Traffic traffic = new Traffic();
        try (CapturedLog log = new CapturedLog();
                GrpcTransport to = GrpcTransports.open("red", "b");
                GrpcTransport from = GrpcTransports.open("red", "a", "keepalive", "10s", "keepalive-timeout", "500ms");
                SilentProxy between = new SilentProxy(to.start(traffic).port())) {
            from.start(frame -> {});
            Address address = new Address("127.0.0.1", between.port());
            traffic.arrivesFrom(from, address);
            assertThat(log.lines()).isEmpty();

            between.silent(true);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .untilAsserted(() -> assertThat(log.lines())
                            .anySatisfy(line -> assertThat(line)
                                    .startsWith("node a has no stream to " + address)
                                    .containsIgnoringCase("keepalive")));
            between.silent(false);
            traffic.arrivesFrom(from, address);
        }
    }
}
