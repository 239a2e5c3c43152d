package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GrpcTlsIT {

    @TempDir
    static Path folder;

    private static Certificates a;
    private static Certificates b;
    private static Certificates stranger;
    private static Path trust;

    @BeforeAll
    static void makeCertificates() throws Exception {
        a = Certificates.make(folder, "a", "a");
        b = Certificates.make(folder, "b", "b");
        stranger = Certificates.make(folder, "stranger", "a");
        trust = Certificates.trust(folder.resolve("trust.pem"), a, b);
    }

    private static GrpcTransport open(String node, Certificates own, Path trusted, String... more) {
        String[] all = new String[6 + more.length];
        List<String> tls = List.of(
                "tls.cert", own.cert().toString(), "tls.key", own.key().toString(), "tls.trust", trusted.toString());
        tls.toArray(all);
        System.arraycopy(more, 0, all, 6, more.length);
        return GrpcTransports.open("red", node, all);
    }

    @Test
    void peers_withTrustedCertificates_exchangeFrames() throws Exception {
        try (GrpcTransport first = open("a", a, trust);
                GrpcTransport second = open("b", b, trust)) {
            Traffic atFirst = new Traffic();
            Traffic atSecond = new Traffic();
            Address firstAddress = first.start(atFirst);
            Address secondAddress = second.start(atSecond);
            atSecond.arrivesFrom(first, secondAddress);
            atFirst.arrivesFrom(second, firstAddress);
        }
    }

    @Test
    void caller_withACertificateNobodyTrusts_isRefusedAndBothSidesSayWhy() throws Exception {
        Path everybody = Certificates.trust(folder.resolve("everybody.pem"), a, b, stranger);
        try (CapturedLog log = new CapturedLog();
                GrpcTransport caller = open("a", stranger, everybody);
                GrpcTransport server = open("b", b, trust)) {
            Traffic traffic = new Traffic();
            caller.start(frame -> {});
            Address to = server.start(traffic);
            traffic.neverArrivesFrom(caller, to, () -> log.warnings().size() >= 2);
            assertThat(log.warnings())
                    .anySatisfy(line -> assertThat(line)
                            .contains("OU=stranger")
                            .contains("is refused")
                            .contains("path"))
                    .anySatisfy(line -> assertThat(line).startsWith("node a has no stream to " + to));
        }
    }

    @Test
    void server_withACertificateNobodyTrusts_getsNoFrames() throws Exception {
        Path everybody = Certificates.trust(folder.resolve("everybody2.pem"), a, b, stranger);
        try (CapturedLog log = new CapturedLog();
                GrpcTransport caller = open("b", b, trust);
                GrpcTransport server = open("a", stranger, everybody)) {
            Traffic traffic = new Traffic();
            caller.start(frame -> {});
            Address to = server.start(traffic);
            traffic.neverArrivesFrom(caller, to, () -> !log.warnings().isEmpty());
            assertThat(log.warnings())
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("node b has no stream to " + to)
                            .contains("certification path"));
        }
    }

    @Test
    void caller_withAnotherNodesCertificate_isRefusedByName() throws Exception {
        try (CapturedLog log = new CapturedLog();
                GrpcTransport caller = open("c", a, trust);
                GrpcTransport server = open("b", b, trust)) {
            Traffic traffic = new Traffic();
            caller.start(frame -> {});
            Address to = server.start(traffic);
            traffic.neverArrivesFrom(caller, to, () -> log.warnings().size() >= 2);
            assertThat(log.warnings())
                    .allSatisfy(line -> assertThat(line)
                            .contains("node b refuses node c: its certificate names [a, a] and not the node"));
        }
        try (GrpcTransport caller = open("c", a, trust);
                GrpcTransport server = open("b", b, trust, "tls.verify-node", "false")) {
            Traffic traffic = new Traffic();
            caller.start(frame -> {});
            traffic.arrivesFrom(caller, server.start(traffic));
        }
    }

    @Test
    void caller_inPlaintext_isNotServed() {
        try (GrpcTransport caller = GrpcTransports.open("red", "a");
                GrpcTransport server = open("b", b, trust)) {
            Traffic traffic = new Traffic();
            caller.start(frame -> {});
            traffic.neverArrivesFrom(caller, server.start(traffic), () -> true);
        }
    }

    @Test
    void certificate_replacedOnDisk_isUsedWithoutARestart() throws Exception {
        Path cert = Files.copy(stranger.cert(), folder.resolve("changing.cert.pem"));
        Path key = Files.copy(stranger.key(), folder.resolve("changing.key.pem"));
        try (GrpcTransport caller = open("a", new Certificates(cert, key), trust, "tls.reload", "100ms");
                GrpcTransport server = open("b", b, trust)) {
            Traffic traffic = new Traffic();
            caller.start(frame -> {});
            Address to = server.start(traffic);
            traffic.neverArrivesFrom(caller, to, () -> true);
            Files.copy(a.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(a.key(), key, StandardCopyOption.REPLACE_EXISTING);
            traffic.arrivesFrom(caller, to);
        }
    }

    @Test
    void connection_thatGrowsOld_isReplacedAndLosesNothing() throws Exception {
        try (GrpcTransport caller = open("a", a, trust, "tls.max-age", "100ms");
                GrpcTransport server = open("b", b, trust)) {
            Traffic traffic = new Traffic();
            caller.start(frame -> {});
            Address to = server.start(traffic);
            // Always some on their way: a connection that were cut instead of finished would lose them.
            int accepted = 0;
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            while (System.nanoTime() < end) {
                if (accepted - traffic.count() < 500 && caller.send(to, Frame.of(new byte[4_000]))) {
                    accepted++;
                }
            }
            int all = accepted;
            assertThat(all).isGreaterThan(500);
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> traffic.count() == all);
        }
    }

    @Test
    void connection_thatGrowsOld_isReplacedByOneWithTheCertificateOfThen() throws Exception {
        Path cert = Files.copy(a.cert(), folder.resolve("aging.cert.pem"));
        Path key = Files.copy(a.key(), folder.resolve("aging.key.pem"));
        String[] quick = {"tls.reload", "100ms", "tls.max-age", "500ms"};
        try (CapturedLog log = new CapturedLog();
                GrpcTransport caller = open("a", new Certificates(cert, key), trust, quick);
                GrpcTransport server = open("b", b, trust)) {
            Traffic traffic = new Traffic();
            caller.start(frame -> {});
            Address to = server.start(traffic);
            traffic.arrivesFrom(caller, to);
            Files.copy(stranger.cert(), cert, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(stranger.key(), key, StandardCopyOption.REPLACE_EXISTING);
            Awaitility.await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
                caller.send(to, Frame.of(new byte[1]));
                assertThat(log.warnings())
                        .anySatisfy(
                                line -> assertThat(line).contains("OU=stranger").contains("is refused"));
            });
        }
    }

    @Test
    void start_withoutTheFiles_saysWhich() {
        GrpcTransport transport = open("a", new Certificates(Path.of("none.pem"), a.key()), trust);
        assertThatThrownBy(() -> transport.start(frame -> {})).hasMessageContaining("none.pem");
        transport.close();
    }
}
