package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that lost what it acknowledged does not serve it as "not found", and does not serve at all if it cannot tell what is
 * missing: as processes, with gRPC and RocksDB.
 */
class RefusedNodeIT {

    private static final int ADDS = 20;

    @TempDir
    private Path directory;

    private ThreeProcesses cluster;

    @BeforeEach
    void fillCartsAndKillOne() {
        cluster = new ThreeProcesses(directory, "-Ddynamo.request.timeout=5s");
        for (int i = 0; i < ADDS; i++) {
            String body = "{\"sku\":\"item" + i + "\",\"quantity\":1}";
            assertThat(cluster.client("a").post("/carts/shared/items", body).status())
                    .isEqualTo(200);
        }
        cluster.kill("b");
    }

    @AfterEach
    void end() {
        cluster.close();
    }

    /** Its place is taken as long as the one that was killed may still be there; then it is let in, and gets all from the others. */
    @Test
    void wipedNode_isLetIn_andServesWhatTheOthersHave() throws IOException {
        delete(directory.resolve("data/b"));
        cluster.start("b");
        assertThat(cluster.client("b").get("/carts/shared").items())
                .as(cluster.output("b"))
                .hasSize(ADDS);
        assertThat(cluster.output("b")).contains("its data is lost");
    }

    @Test
    void nodeWhoseLogWasCut_saysHowMuchIsMissing_andServesWhatTheOthersHave() throws IOException {
        Path log = lastLog();
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
        cluster.start("b");
        assertThat(cluster.output("b")).contains("went back in time").contains("synced changes are missing");
        servesAll("b");
    }

    /** Of a directory that is damaged nobody can say that it is only older. */
    @Test
    void nodeWhoseSideFileIsGone_doesNotServe() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("data/b"))) {
            Files.delete(
                    files.filter(file -> file.endsWith("sequence")).findFirst().orElseThrow());
        }
        assertThat(cluster.startInVain("b")).as(cluster.output("b")).isEqualTo(1);
        assertThat(cluster.output("b")).contains("cannot be trusted");
    }

    /** Nothing on the copy itself tells that it is one. */
    @Test
    void nodeWhoseDirectoryIsAnOlderCopy_isToldByTheOthers_andServesWhatTheyHave() throws IOException {
        Path data = directory.resolve("data/b");
        Path copy = directory.resolve("copy");
        copy(data, copy);
        cluster.start("b");
        String body = "{\"sku\":\"late\",\"quantity\":1}";
        assertThat(cluster.client("b").post("/carts/shared/items", body).status())
                .isEqualTo(200);
        cluster.kill("b");
        delete(data);
        copy(copy, data);
        cluster.start("b");
        servesAll("b");
        assertThat(cluster.output("b")).contains("which is an older copy");
    }

    private void servesAll(String id) {
        assertThat(cluster.client(id).get("/carts/shared").items())
                .as(cluster.output(id))
                .hasSizeGreaterThanOrEqualTo(ADDS);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Path lastLog() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("data/b"))) {
            List<Path> logs = files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
            return logs.get(logs.size() - 1);
        }
    }
}
