package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.examples.cart.RestClient.Answer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three ready files as three processes: gRPC between them, RocksDB below, on free ports. */
class ClusterIT {

    private static final List<String> IDS = ThreeProcesses.IDS;
    private static final String CART = "shared";

    @TempDir
    private Path directory;

    // Long enough to tell a request that lasts too long from a machine that is slow.
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private ThreeProcesses cluster;
    private final Set<String> acknowledged = new TreeSet<>();

    @BeforeEach
    void startAll() {
        cluster = new ThreeProcesses(directory, "-Ddynamo.request.timeout=" + TIMEOUT.toSeconds() + "s");
    }

    @AfterEach
    void endAll() {
        cluster.close();
    }

    @Test
    void carts_surviveTheDeathOfOneNodeAndARestartOfAll() {
        add("before", IDS, 30);
        assertThat(acknowledged).hasSize(30);
        cluster.kill("b");
        add("during", IDS, 30);
        assertThat(acknowledged).as("two of three are a quorum").hasSizeGreaterThan(55);

        cluster.start("b");
        add("after", IDS, 30);
        assertEveryNodeHasEveryAcknowledgedItem();

        IDS.forEach(id -> assertThat(cluster.stop(id)).as(cluster.output(id)).isEqualTo(143));
        cluster.startAll();
        assertEveryNodeHasEveryAcknowledgedItem();
    }

    @Test
    void writes_withTwoOfThreeDead_failInTimeAndSayWhatIsKnown() {
        add("before", IDS, 3);
        Answer seen = cluster.client("a").get("/carts/" + CART);
        cluster.kill("b");
        cluster.kill("c");
        assertEveryWriteIsRefusedInTime(seen);
        Awaitility.await().atMost(ServiceProcess.PATIENCE).untilAsserted(() -> {
            Answer health = cluster.client("a").get("/health");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().path("missing")).hasSize(2);
        });
        assertThat(cluster.client("a").get("/health").response().body())
                .as("these four and nothing else")
                .matches("\\{\"node\":\"a\",\"live\":true,\"ready\":false,\"missing\":\\[\"[bc]\",\"[bc]\"]}");
        assertThat(cluster.client("a")
                        .get("/nodes")
                        .json()
                        .path("nodes")
                        .path(0)
                        .path("problem")
                        .asText())
                .as("why")
                .contains("b: ", "c: ");
    }

    @Test
    void writes_withTwoOfThreeSilent_failInTimeAndSayWhatIsKnown() {
        add("before", IDS, 3);
        Answer seen = cluster.client("a").get("/carts/" + CART);
        cluster.silence("b");
        cluster.silence("c");
        assertEveryWriteIsRefusedInTime(seen);
    }

    private void assertEveryWriteIsRefusedInTime(Answer seen) {
        RestClient a = cluster.client("a");
        String item =
                "/carts/" + CART + "/items/" + seen.items().keySet().iterator().next();
        List<Supplier<Answer>> writes = List.of(
                () -> a.add(CART, "a", "pen", 1),
                () -> a.addOn(seen.context(), CART, "a", "pen", 1),
                () -> a.delete(item),
                () -> a.delete(item + "?context=" + seen.context()));
        for (Supplier<Answer> write : writes) {
            long start = System.nanoTime();
            Answer refused = write.get();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(refused.status()).as(refused.response().body()).isEqualTo(503);
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.json().path("outcome").asText()).isIn("NOT_APPLIED", "UNKNOWN");
            assertThat(took).as(refused.response().request().toString()).isLessThan(TIMEOUT.plusSeconds(1));
        }
    }

    /** Distinct items, each first at another node, at the next one if that fails. */
    private void add(String name, List<String> ids, int count) {
        for (int i = 0; i < count; i++) {
            String sku = name + "-" + i;
            boolean isIn = false;
            for (int tries = 0; tries < ids.size() && !isIn; tries++) {
                String id = ids.get((i + tries) % ids.size());
                isIn = isAcknowledged(id, sku);
            }
            if (isIn) {
                acknowledged.add(sku);
            }
        }
    }

    private boolean isAcknowledged(String id, String sku) {
        try {
            return cluster.client(id).add(CART, id, sku, 1).status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private void assertEveryNodeHasEveryAcknowledgedItem() {
        for (String id : IDS) {
            Answer answer = cluster.client(id).get("/carts/" + CART);
            assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
            assertThat(answer.items().keySet()).as("node " + id).containsAll(acknowledged);
        }
    }
}
