package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.examples.cart.RestClient.Answer;
import io.dynamo.testing.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged jar, as the README starts it. */
class MainIT {

    // What the JVM makes of SIGTERM: 128 + 15.
    private static final int ENDED_BY_SIGNAL = 143;
    private static final List<String> IDS = List.of("a", "b", "c");

    @TempDir
    private Path directory;

    @Test
    void start_withoutArguments_servesThreeNodesInFewLinesAndStopsCleanly() {
        try (ServiceProcess service = ServiceProcess.start(directory, List.of(), "--port", "0")) {
            RestClient client = service.readyClient();
            client.add("x", "a", "pen", 1);
            assertThat(client.get("/carts/x?node=c").items()).isEqualTo(Map.of("pen", 1));
            assertThat(service.stop()).isEqualTo(ENDED_BY_SIGNAL);
            assertThat(service.output().lines().toList())
                    .hasSizeLessThanOrEqualTo(4)
                    .first()
                    .isEqualTo("Cart service: nodes a, b, c in this process (memory, in-process)");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void secondStart_afterACleanStop_findsEveryCart(String signal, int exit) {
        List<String> settings = List.of("-Ddynamo.storage.engine=rocksdb");
        try (ServiceProcess first = ServiceProcess.start(directory, settings, "--port", "0")) {
            RestClient client = first.readyClient();
            for (int i = 0; i < 10; i++) {
                assertThat(client.add("cart-" + i, IDS.get(i % 3), "pen", i + 1).status())
                        .isEqualTo(200);
            }
            assertThat(client.get("/metrics").response().body())
                    .as("RocksDB's own figures")
                    .containsPattern("dynamo_storage_wal_file_synced\\{node=\"a\"} [1-9]")
                    .contains("dynamo_storage_block_cache_bytes{node=\"c\"}");
            first.signal(signal);
            assertThat(first.exitCode()).as(first.output()).isEqualTo(exit);
            assertThat(first.output())
                    .as("nothing but the lines of a clean stop")
                    .endsWith("Ctrl-C stops\nStopped; everything is closed\n");
        }
        assertThat(directory.resolve("data/local/a")).isDirectory();
        try (ServiceProcess second = ServiceProcess.start(directory, settings, "--port", "0")) {
            RestClient client = second.readyClient();
            for (int i = 0; i < 10; i++) {
                Answer found = client.get("/carts/cart-" + i + "?node=b");
                assertThat(found.items()).as(second.output()).isEqualTo(Map.of("pen", i + 1));
            }
        }
    }

    @Test
    void grpcBetweenTheLocalNodes_isASettingAway() {
        int port = FreePorts.inARow(3);
        List<String> settings = List.of("-Ddynamo.transport.type=grpc", "-Ddynamo.transport.grpc.port=" + port);
        try (ServiceProcess service = ServiceProcess.start(directory, settings, "--port", "0")) {
            RestClient client = service.readyClient();
            assertThat(List.of(port, port + 1, port + 2))
                    .as("each node serves gRPC")
                    .allMatch(ServiceProcess::isListening);
            client.add("x", "a", "pen", 1);
            assertThat(client.get("/carts/x?node=b").items()).isEqualTo(Map.of("pen", 1));
            assertThat(service.output()).contains("(memory, grpc)");
        }
    }

    @ParameterizedTest
    @CsvSource({"x", "65536", "-1"})
    void wrongPortBetweenTheLocalNodes_isRefusedByName_exits1(String port) {
        List<String> settings = List.of("-Ddynamo.transport.type=grpc", "-Ddynamo.transport.grpc.port=" + port);
        try (ServiceProcess service = ServiceProcess.start(directory, settings, "--port", "0")) {
            assertThat(service.exitCode()).isEqualTo(1);
            assertThat(service.output())
                    .contains("transport.grpc.port = " + port, "allowed")
                    .doesNotContain("\tat ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"--port x|--port x; allowed: 0 to 65535", "--wrong|unknown argument '--wrong'"})
    void badArgument_printsItAndTheUsage_exits2(String line, String message) {
        try (ServiceProcess service = ServiceProcess.start(directory, List.of(), line.split(" "))) {
            assertThat(service.exitCode()).isEqualTo(2);
            assertThat(service.output()).startsWith(message).contains("Usage:", "--config FILE");
        }
    }

    @Test
    void unknownSetting_isRefusedByName_exits1() throws Exception {
        Path file = Files.writeString(directory.resolve("wrong.conf"), "dynamo {\n  quorom.n = 3\n}\n");
        try (ServiceProcess service = ServiceProcess.start(
                directory, List.of("-Ddynamo.seed=1"), "--config", file.toString(), "--port", "0")) {
            assertThat(service.exitCode()).isEqualTo(1);
            assertThat(service.output())
                    .contains("quorom.n", "wrong.conf: 2", "-Ddynamo.seed")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void portInUse_isToldInOneLine_exits1() {
        try (ServiceProcess first = ServiceProcess.start(directory, List.of(), "--port", "0")) {
            first.client();
            String port = first.output().replaceAll("(?s).*localhost:(\\d+)/.*", "$1");
            try (ServiceProcess second = ServiceProcess.start(directory, List.of(), "--port", port)) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.output()).contains("port").doesNotContain("\tat ");
            }
        }
    }
}
