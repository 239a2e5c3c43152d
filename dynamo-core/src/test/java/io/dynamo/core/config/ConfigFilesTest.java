package io.dynamo.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.ConfigException;
import io.dynamo.api.DynamoConfig.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFilesTest {

    @TempDir
    Path directory;

    @Test
    void parse_nestedObjects_areDottedNamesWithFileAndLine() throws IOException {
        Path file = write("dynamo.conf", """
                dynamo {
                  quorum { n = 3
                           r = 2 }
                  storage { engine = rocksdb, rocksdb.path = data/a }
                }
                """);

        assertThat(ConfigFiles.parse(file))
                .containsExactly(
                        Map.entry("quorum.n", new Setting("3", file + ": 2")),
                        Map.entry("quorum.r", new Setting("2", file + ": 3")),
                        Map.entry("storage.engine", new Setting("rocksdb", file + ": 4")),
                        Map.entry("storage.rocksdb.path", new Setting("data/a", file + ": 4")));
    }

    @Test
    void parse_lists_areNumbered() throws IOException {
        Path file = write("dynamo.conf", """
                dynamo.cluster {
                  seeds = ["127.0.0.1:7101", "127.0.0.1:7102"]
                  members = [
                    { id = a, port = 7101 }
                    { id = b, port = 7102 }
                  ]
                }
                """);

        Map<String, Setting> settings = ConfigFiles.parse(file);

        assertThat(settings.keySet())
                .containsExactly(
                        "cluster.seeds.0",
                        "cluster.seeds.1",
                        "cluster.members.0.id",
                        "cluster.members.0.port",
                        "cluster.members.1.id",
                        "cluster.members.1.port");
        assertThat(settings.get("cluster.members.1.id")).isEqualTo(new Setting("b", file + ": 5"));
    }

    @Test
    void parse_environmentVariable_isSubstituted() throws IOException {
        Path file = write("dynamo.conf", """
                dynamo.cluster.name = shop
                dynamo.cluster.name = ${?PATH}
                dynamo.node.id = a
                dynamo.node.id = ${?DYNAMO_TEST_NOT_SET}
                """);

        Map<String, Setting> settings = ConfigFiles.parse(file);

        assertThat(settings.get("cluster.name").text()).isEqualTo(System.getenv("PATH"));
        assertThat(settings.get("cluster.name").origin()).isEqualTo("env variables");
        assertThat(settings.get("node.id").text()).isEqualTo("a");
    }

    @Test
    void parse_systemProperty_isNotRead() throws IOException {
        Path file = write("dynamo.conf", "dynamo.node.id = a\ndynamo.node.id = ${?dynamo.test.id}\n");
        System.setProperty("dynamo.test.id", "b");
        try {
            assertThat(ConfigFiles.parse(file).get("node.id").text()).isEqualTo("a");
        } finally {
            System.clearProperty("dynamo.test.id");
        }
    }

    @Test
    void parse_numbersAndNulls_keepTheirTextOrAreNotSet() throws IOException {
        Path file =
                write("dynamo.conf", "dynamo { node.id = 007, cluster.name = 1e3, quorum.n = null, read.x = true }");

        assertThat(ConfigFiles.parse(file).values()).extracting(Setting::text).containsExactly("1e3", "007", "true");
    }

    @Test
    void parse_propertiesFile_givesTheSameNames() throws IOException {
        Path file = write("dynamo.properties", "dynamo.quorum.n=3\ndynamo.node.id=a\n");

        Map<String, Setting> settings = ConfigFiles.parse(file);

        assertThat(settings.get("quorum.n").text()).isEqualTo("3");
        assertThat(settings.get("node.id").origin()).startsWith(file.toString());
    }

    @Test
    void parse_jsonFile_givesTheSameNames() throws IOException {
        Path file = write("dynamo.json", "{ \"dynamo\": { \"quorum\": { \"n\": 3 } } }");

        assertThat(ConfigFiles.parse(file)).containsExactly(Map.entry("quorum.n", new Setting("3", file + ": 1")));
    }

    @Test
    void parse_brokenFile_namesFileAndLine() throws IOException {
        Path file = write("dynamo.conf", "dynamo {\n  quorum { n = 3\n");

        assertThatThrownBy(() -> ConfigFiles.parse(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("dynamo.conf: 3");
    }

    @Test
    void parse_unresolvedSubstitution_namesFileAndLine() throws IOException {
        Path file = write("dynamo.conf", "dynamo {\n  node.id = ${DYNAMO_TEST_NOT_SET}\n}\n");

        assertThatThrownBy(() -> ConfigFiles.parse(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("dynamo.conf: 2")
                .hasMessageContaining("DYNAMO_TEST_NOT_SET");
    }

    @Test
    void parse_missingFile_saysSo() {
        assertThatThrownBy(() -> ConfigFiles.parse(directory.resolve("none.conf")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.conf: cannot be read");
    }

    @Test
    void parse_keysBesideDynamo_areRefusedWithEverythingElse() throws IOException {
        Path file = write(
                "dynamo.conf",
                "akka { loglevel = x, password = y }\ndynamo.quorum.r = none\nquorum { n = 3 }\ndynmo = 1\nlist = [1]\n");

        assertThat(SettingsReader.read(ConfigFiles.parse(file)).problems())
                .containsExactlyInAnyOrder(
                        "akka = { ... } (" + file
                                + ": 1): unknown key, as everything belongs under dynamo; nearest known: dynamo.node",
                        "quorum.r = none (" + file + ": 2); allowed: a whole number from 1 to 50",
                        "quorum = { ... } (" + file
                                + ": 3): unknown key, as everything belongs under dynamo; nearest known: dynamo.quorum",
                        "dynmo = 1 (" + file
                                + ": 4): unknown key, as everything belongs under dynamo; nearest known: dynamo",
                        "list = [ ... ] (" + file
                                + ": 5): unknown key, as everything belongs under dynamo; nearest known: dynamo.limits");
    }

    @Test
    void parse_rootThatIsNoObject_isRefused() throws IOException {
        Path file = write("dynamo.conf", "dynamo = 3");

        assertThat(SettingsReader.read(ConfigFiles.parse(file)).problems())
                .containsExactly("dynamo = 3 (" + file + ": 1); allowed: dynamo { ... }");
    }

    @Test
    void parse_keyWithADot_doesNotBecomeAnotherKey() throws IOException {
        Path file = write("dynamo.conf", "dynamo.stores.\"carts.n\" { w = 1 }\ndynamo { \"quorum.n\" = 9 }");

        Map<String, Setting> settings = ConfigFiles.parse(file);

        assertThat(settings).containsOnlyKeys("stores.\"carts.n\".w", "\"quorum.n\"");
        assertThat(SettingsReader.read(settings).problems()).hasSize(2).allMatch(text -> text.contains("unknown key"));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
