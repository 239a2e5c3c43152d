package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Reconciler;
import io.dynamo.testing.FreePorts;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Threads are daemons: nodes that nobody closed do not hold the process. */
class ForgottenNodeIT {

    private static final int NODES = 3;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"memory, in-process", "rocksdb, grpc"})
    void process_thatNeverClosedItsNodes_ends(String engine, String transport) throws Exception {
        int port = FreePorts.inARow(NODES);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        Forgetful.class.getName(),
                        engine,
                        transport,
                        Integer.toString(port))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output.txt").toFile())
                .start();
        try {
            assertThat(process.waitFor(ServiceProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("ends by itself")
                    .isTrue();
            assertThat(directory.resolve("output.txt"))
                    .content()
                    .contains("read: one")
                    .contains("nodes that serve gRPC: " + (transport.equals("grpc") ? NODES : 0));
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** Opens three nodes, uses them, and returns without closing anything. */
    static final class Forgetful {
        private Forgetful() {}

        public static void main(String[] args) {
            int port = Integer.parseInt(args[2]);
            LocalCluster cluster = DynamoNode.local(
                    NODES,
                    DynamoConfig.empty()
                            .with("storage.engine", args[0])
                            .with("storage.rocksdb.path", "data")
                            // What is tested is not how quick a busy machine is.
                            .with("request.timeout", "10s")
                            .with("transport.type", args[1])
                            .with("transport.grpc.port", port));
            List<DynamoNode> nodes = cluster.nodes();
            nodes.get(0).store("notes", Codec.utf8(), Reconciler.siblings()).put("k", "one", Context.none());
            System.out.println("read: "
                    + nodes.get(1)
                            .store("notes", Codec.utf8(), Reconciler.siblings())
                            .get("k")
                            .value()
                            .orElse("(nothing)"));
            long serving = IntStream.range(port, port + NODES)
                    .filter(ServiceProcess::isListening)
                    .count();
            System.out.println("nodes that serve gRPC: " + serving);
        }
    }
}
