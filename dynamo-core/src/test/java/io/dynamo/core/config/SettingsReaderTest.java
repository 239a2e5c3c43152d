package io.dynamo.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.ConfigException;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoConfig.Setting;
import io.dynamo.core.config.NodeSettings.Member;
import io.dynamo.core.config.NodeSettings.Mode;
import io.dynamo.core.config.NodeSettings.RequestDefaults;
import io.dynamo.core.config.NodeSettings.StoreDurability;
import io.dynamo.core.config.NodeSettings.StoreSettings;
import io.dynamo.spi.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What valid configurations mean. */
final class SettingsReaderTest {

    private static final String THREE = """
            node.id = b
            cluster.members = [
              { id = a, host = h1, port = 7101 }
              { id = b, host = h2, port = 7102, weight = 2, zone = z }
              { id = c, host = h3, port = 7103 }
            ]
            """;

    @TempDir
    Path directory;

    @Test
    void read_nothing_isASingleNodeWithEveryDefault() {
        ReadSettings read = SettingsReader.read(DynamoConfig.empty());

        NodeSettings node = read.require(List.of());
        assertThat(node.nodeId()).isEqualTo("a");
        assertThat(node.cluster().name()).isEqualTo("dynamo");
        assertThat(node.cluster().partitions()).isEqualTo(256);
        assertThat(node.cluster().readyTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(node.cluster().members()).containsExactly(new Member("a", new Address("127.0.0.1", 0), 1, ""));
        assertThat(node.limits())
                .isEqualTo(new NodeSettings.Limits(
                        1024,
                        1 << 20,
                        4 << 20,
                        25,
                        100,
                        4096,
                        10_000,
                        4_096,
                        64L << 20,
                        new NodeSettings.Chunks(64L << 20, 1024, Duration.ofSeconds(10)),
                        new NodeSettings.Hints(64L << 20, 8L << 20, Optional.of(Duration.ofDays(7))),
                        Duration.ofMillis(50)));
        assertThat(node.requests())
                .isEqualTo(new NodeSettings.Requests(
                        Duration.ofSeconds(10),
                        Duration.ofHours(1),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(2),
                        Duration.ofMillis(200),
                        0.1,
                        Duration.ofSeconds(60)));
        assertThat(node.storeDefaults()).isEqualTo(store(1, 1, 1, 0, 0, 0));
        assertThat(node.stores()).isEmpty();
        assertThat(node.profiles()).isEmpty();
        assertThat(read.storage().name()).isEqualTo("memory");
        assertThat(read.transport().name()).isEqualTo("in-process");
    }

    @Test
    void read_engineWithADisk_keepsMoreForOthers() throws IOException {
        NodeSettings onDisk = parse(THREE + "\nstorage.engine = rocksdb").require(List.of());
        NodeSettings given = parse(THREE + "\nhints.bytes = 0B").require(List.of());

        assertThat(onDisk.limits().hints().bytesMax()).isEqualTo(1L << 30);
        assertThat(given.limits().hints().bytesMax()).isZero();
    }

    @Test
    void read_threeMembers_areInOrderAndTheQuorumIsThreeTwoTwo() throws IOException {
        NodeSettings node = parse(THREE).require(List.of());

        assertThat(node.nodeId()).isEqualTo("b");
        assertThat(node.cluster().members())
                .containsExactly(
                        new Member("a", new Address("h1", 7101), 1, ""),
                        new Member("b", new Address("h2", 7102), 2, "z"),
                        new Member("c", new Address("h3", 7103), 1, ""));
        assertThat(node.storeDefaults()).isEqualTo(store(3, 2, 2, 0, 0, 0));
    }

    @Test
    void read_secretNotGiven_isDerivedFromTheName() {
        assertThat(secret("shop")).isEqualTo(secret("shop")).isNotEqualTo(secret("other"));
    }

    @Test
    void read_namedStores_overlayTheSharedQuorum() throws IOException {
        NodeSettings node = parse(THREE + """
                quorum { pr = 1 }
                request.timeout = 3s
                read.ask = all
                stores.carts { w = 1 }
                stores.log { n = 1, pr = 0, mode = lww, reconciler = last-write-wins, durability = buffered, write-buffer = 1000
                             blind-put = refuse, clock-truncation = 50, expires-after = 7d, durable = 1, timeout = 20ms, ask = quorum }
                """).require(List.of());

        assertThat(node.stores().keySet()).containsExactly("carts", "log");
        assertThat(node.store("carts").defaults()).isEqualTo(requests(2, 1, 1, 0, 0, Duration.ofSeconds(3), true));
        assertThat(node.store("log"))
                .isEqualTo(new StoreSettings(
                        1,
                        Mode.LWW,
                        Optional.of(StoreDurability.BUFFERED),
                        Optional.of(1000),
                        false,
                        Optional.of(50),
                        Optional.of(Duration.ofDays(7)),
                        Optional.of("last-write-wins"),
                        requests(1, 1, 0, 0, 1, Duration.ofMillis(20), false)));
        assertThat(node.store("other")).isEqualTo(node.storeDefaults());
    }

    @Test
    void read_profile_holdsOnlyWhatItSays() throws IOException {
        NodeSettings node =
                parse(THREE + "profiles.careful { r = 3, w = 3, timeout = 2s }").require(List.of());

        assertThat(node.profiles())
                .containsExactly(Map.entry(
                        "careful",
                        new RequestDefaults(
                                Optional.of(3),
                                Optional.of(3),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(Duration.ofSeconds(2)),
                                Optional.empty())));
    }

    @Test
    void read_singleMember_listensWhereTheTransportIsTold() throws IOException {
        ReadSettings read = parse("node.id = x\ntransport { type = grpc, grpc { host = h, port = 7101 } }");

        assertThat(read.require(List.of()).cluster().members())
                .containsExactly(new Member("x", new Address("h", 7101), 1, ""));
        assertThat(read.transport().config().text("host", null)).isEqualTo("h");
    }

    @Test
    void read_subtreesOfOtherPlugins_areIgnored() throws IOException {
        ReadSettings read = parse("""
                storage { engine = memory, memory.max-bytes = 1MiB, rocksdb { path = p, nonsense = 1 } }
                transport { type = in-process, grpc { port = nonsense } }
                """);

        assertThat(read.problems()).isEmpty();
        assertThat(read.storage().config().bytes("max-bytes", 1, 1)).isEqualTo(1 << 20);
        assertThat(read.storage().config().problems()).isEmpty();
        assertThat(read.transport().config().problems()).isEmpty();
    }

    @Test
    void read_subtreeOfTheChosenPlugin_isJudgedByThePlugin() throws IOException {
        ReadSettings read = parse("storage { engine = rocksdb, rocksdb { path = p, pth = q } }");

        read.storage().config().text("path", null);

        assertThat(read.problems()).isEmpty();
        assertThat(read.storage().config().problems())
                .singleElement()
                .asString()
                .contains("storage.rocksdb.pth = q", "dynamo.conf: 2", "nearest known: storage.rocksdb.path");
    }

    @Test
    void read_pluginThatMissesASetting_saysWhereItsSectionOrItsChoiceIs() throws IOException {
        ReadSettings none = parse("storage.engine = rocksdb");
        ReadSettings some = parse("storage { engine = rocksdb\n rocksdb.block-cache = 1MiB }");

        none.storage().config().text("path", null);
        some.storage().config().text("path", null);
        some.storage().config().bytes("block-cache", 1, 1);

        String file = directory.resolve("dynamo.conf").toString();
        assertThat(none.storage().config().problems())
                .containsExactly("storage.rocksdb.path is required (not set; asked for by storage.engine = rocksdb ("
                        + file + ": 2)); allowed: text");
        assertThat(some.storage().config().problems())
                .containsExactly("storage.rocksdb.path is required (not set; storage.rocksdb is given at " + file
                        + ": 3); allowed: text");
    }

    @Test
    void read_secretOfAPlugin_isNotShown() throws IOException {
        ReadSettings read = parse("storage { engine = other, other { password = hunter, key-secret = hunter } }");

        assertThat(read.storage().config().problems())
                .hasSize(2)
                .allMatch(problem -> problem.contains(" = *** (") && !problem.contains("hunter"));
    }

    @Test
    void notFound_pluginWithoutItsJar_namesOriginAndWhatThereIs() throws IOException {
        ReadSettings read = parse("storage.engine = rocksdb");

        assertThat(read.storage().notFound(List.of("memory")))
                .startsWith("storage.engine = rocksdb (")
                .contains("dynamo.conf: 2", "which is memory");
    }

    @Test
    void require_problemsOfPlugins_areListedWithOurs() throws IOException {
        ReadSettings read = parse("quorum.n = 0");

        assertThatThrownBy(() -> read.require(List.of("the plug-in's")))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems()).hasSize(2).contains("the plug-in's"));
    }

    @Test
    void read_seeds_asListOrText_areAccepted() throws IOException {
        assertThat(parse("cluster.seeds = [\"h:1\", \"h:2\"]").problems()).isEmpty();
        assertThat(SettingsReader.read(DynamoConfig.of(Map.of("cluster.seeds", "h:1,h:2")))
                        .problems())
                .isEmpty();
    }

    @Test
    void read_propertiesFile_meansTheSame() throws IOException {
        Path file = Files.writeString(
                directory.resolve("dynamo.properties"), "dynamo.stores.carts.timeout=5s\ndynamo.limits.value=2MiB\n");

        NodeSettings node = SettingsReader.read(ConfigFiles.parse(file)).require(List.of());

        assertThat(node.store("carts").defaults().timeout()).contains(Duration.ofSeconds(5));
        assertThat(node.limits().valueBytesMax()).isEqualTo(2 << 20);
    }

    @Test
    void read_membersGivenInAnyOrder_areOrderedByTheirNumbers() {
        DynamoConfig config = DynamoConfig.of(Map.of("node.id", "m0"));
        for (int i = 11; i >= 0; i--) {
            config = config.with("cluster.members." + i + ".id", "m" + i)
                    .with("cluster.members." + i + ".port", 7101 + i);
        }

        NodeSettings node = SettingsReader.read(config).require(List.of());

        assertThat(node.cluster().members())
                .extracting(Member::id)
                .containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9", "m10", "m11");
    }

    @Test
    void read_profileThatFitsOnlyTheLargestStore_isAccepted() throws IOException {
        ReadSettings read = parse(THREE + """
                quorum.n = 2
                stores.large.n = 3
                stores.small.n = 1
                stores.small.r = 1
                stores.small.w = 1
                profiles.careful.r = 3
                """);

        assertThat(read.problems()).isEmpty();
    }

    @Test
    void read_clockTruncation_isOffUnlessAskedFor() throws IOException {
        NodeSettings node = parse("""
                stores.bounded.clock-truncation = 10
                stores.open.clock-truncation = off
                """).require(List.of());

        assertThat(node.store("bounded").clockTruncation()).contains(10);
        assertThat(node.store("open").clockTruncation()).isEmpty();
        assertThat(node.store("other").clockTruncation()).isEmpty();
    }

    @Test
    void read_oneOfN_isADurability() throws IOException {
        NodeSettings node =
                parse("stores.s { durability = one-of-n, write-buffer = 7 }").require(List.of());

        assertThat(node.store("s").durability()).contains(StoreDurability.ONE_OF_N);
        assertThat(node.store("s").writeBuffer()).contains(7);
        assertThat(node.store("other").writeBuffer()).isEmpty();
    }

    @Test
    void read_writeBuffer_isRefusedWhereWritesAreSynced() throws IOException {
        assertThat(parse("stores.s { durability = sync, write-buffer = 1000 }").problems())
                .singleElement()
                .asString()
                .contains("stores.s.write-buffer = 1000")
                .contains("allowed: off, because stores.s.durability = sync")
                .contains("not buffered or one-of-n");
        assertThat(parse("stores.s.write-buffer = 1000").problems())
                .singleElement()
                .asString()
                .contains("allowed: off, because stores.s.durability (not set");
        assertThat(parse("stores.s { durability = buffered, write-buffer = 0 }").problems())
                .singleElement()
                .asString()
                .contains("allowed: off, or a whole number from 1 to 100000");
    }

    private static String secret(String cluster) {
        return SettingsReader.read(DynamoConfig.empty().with("cluster.name", cluster))
                .node()
                .cluster()
                .secret();
    }

    private static StoreSettings store(int n, int r, int w, int pr, int pw, int durable) {
        return new StoreSettings(
                n,
                Mode.SIBLINGS,
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                requests(r, w, pr, pw, durable, Duration.ofSeconds(1), false));
    }

    private static RequestDefaults requests(int r, int w, int pr, int pw, int durable, Duration timeout, boolean all) {
        return new RequestDefaults(
                Optional.of(r),
                Optional.of(w),
                Optional.of(pr),
                Optional.of(pw),
                Optional.of(durable),
                Optional.of(timeout),
                Optional.of(all));
    }

    private ReadSettings parse(String dynamo) throws IOException {
        return SettingsReader.read(file(dynamo));
    }

    private Map<String, Setting> file(String dynamo) throws IOException {
        return ConfigFiles.parse(Files.writeString(directory.resolve("dynamo.conf"), "dynamo {\n" + dynamo + "\n}\n"));
    }
}
