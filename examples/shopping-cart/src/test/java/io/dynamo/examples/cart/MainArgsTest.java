package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.DynamoConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainArgsTest {

    private static final Path CONF = Path.of("conf");

    @TempDir
    private Path directory;

    @Test
    void parse_nothing_isThreeNodesOn8080() {
        Arguments arguments = Arguments.parse();
        assertThat(arguments.config()).isEmpty();
        assertThat(arguments.host()).isEqualTo("127.0.0.1");
        assertThat(Main.port(arguments, DynamoConfig.empty())).isEqualTo(8080);
    }

    @Test
    void parse_bothForms_meanTheSame() throws Exception {
        String file =
                Files.writeString(directory.resolve("x.conf"), "dynamo {}").toString();
        assertThat(Arguments.parse("--config", file, "--port", "0", "--host", "0.0.0.0"))
                .isEqualTo(Arguments.parse("--config=" + file, "--port=0", "--host=0.0.0.0"));
        assertThat(Main.port(Arguments.parse("--port", "9"), DynamoConfig.empty()))
                .isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--prot 1|unknown argument '--prot'",
                "8080|unknown argument '8080'",
                "--port|--port needs a value",
                "--port --config|--port needs a value",
                "--port x|--port x; allowed: 0 to 65535",
                "--port -1|--port -1; allowed: 0 to 65535",
                "--port 65536|--port 65536; allowed: 0 to 65535",
                "--port 99999999999|--port 99999999999; allowed: 0 to 65535",
                "--port 1 --port 2|--port is given twice",
                "--config no/such.conf|--config no/such.conf: no such file",
                "--host=|--host needs a value",
            })
    void parse_badArgument_isNamed(String line, String message) {
        assertThatThrownBy(() -> Arguments.parse(line.split(" ")))
                .isInstanceOf(Arguments.UsageException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"a, 8081, 7101", "b, 8082, 7102", "c, 8083, 7103"})
    void readyFile_ofEachNode_hasItsOwnPortsAndDirectory(String id, int rest, String grpc) {
        Path file = CONF.resolve("node-" + id + ".conf");
        DynamoConfig config = DynamoConfig.load(file);
        assertThat(Main.port(Arguments.parse("--config", file.toString()), config))
                .isEqualTo(rest);
        assertThat(Main.port(Arguments.parse("--config", file.toString(), "--port", "1"), config))
                .isEqualTo(1);
        assertThat(config.get("node.id")).contains(id);
        assertThat(config.get("transport.grpc.port")).contains(grpc);
        assertThat(config.get("storage.rocksdb.path")).contains("data/" + id);
        assertThat(SingleNode.members(config)).isEqualTo(List.of("a", "b", "c"));
        for (int i = 0; i < 3; i++) {
            assertThat(config.get("cluster.members." + i + ".port")).contains("710" + (i + 1));
        }
    }

    @Test
    void localDirectory_isFilledInOnlyWhereOneIsNeeded() {
        DynamoConfig rocks = DynamoConfig.empty().with("storage.engine", "rocksdb");
        assertThat(LocalNodes.withDirectory(rocks).get("storage.rocksdb.path")).contains("data/local");
        assertThat(LocalNodes.withDirectory(rocks.with("storage.rocksdb.path", "mine"))
                        .get("storage.rocksdb.path"))
                .contains("mine");
        assertThat(LocalNodes.withDirectory(DynamoConfig.empty()).settings()).isEmpty();
    }

    @Test
    void timeout_isTheStoresElseTheRequests() {
        DynamoConfig config = DynamoConfig.empty();
        assertThat(CartStore.timeout(config)).hasMillis(1000);
        assertThat(CartStore.timeout(config.with("request.timeout", "3s"))).hasMillis(3000);
        assertThat(CartStore.timeout(config.with("request.timeout", "3s").with("stores.carts.timeout", "250ms")))
                .hasMillis(250);
    }
}
