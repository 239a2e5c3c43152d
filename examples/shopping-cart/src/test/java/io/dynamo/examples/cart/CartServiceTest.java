package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.examples.cart.RestClient.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The REST interface on three real nodes in this process. */
class CartServiceTest {

    // Wide, because other work may hold the machine; the one test about time has its own.
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static LocalNodes nodes;
    private static CartServer server;
    private static RestClient rest;

    @BeforeAll
    static void start() {
        nodes = LocalNodes.open(DynamoConfig.empty().with("request.timeout", "10s"));
        server = CartServer.start(nodes, TIMEOUT, "127.0.0.1", 0);
        rest = new RestClient(server.port());
    }

    @AfterAll
    static void stop() {
        server.close();
        nodes.close();
    }

    @Test
    void get_unknownCart_isOkWithoutItemsAndWithContext() {
        Answer answer = rest.get("/carts/unknown");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("cartId").asText()).isEqualTo("unknown");
        assertThat(answer.items()).isEmpty();
        assertThat(answer.siblings()).isZero();
        assertThat(answer.context()).isNotEmpty();
        assertThat(answer.json().size()).isEqualTo(4);
    }

    @Test
    void post_throughEveryNode_addsUp() {
        rest.add("sum", "a", "laptop", 1);
        rest.add("sum", "b", "laptop", 2);
        Answer last = rest.add("sum", "C", "pen", 3);
        assertThat(last.status()).isEqualTo(200);
        for (String node : List.of("a", "b", "c")) {
            Answer answer = rest.get("/carts/sum?node=" + node);
            assertThat(answer.items()).isEqualTo(Map.of("laptop", 3, "pen", 3));
            assertThat(answer.siblings()).isOne();
        }
    }

    @Test
    void post_twoOnOneOldContext_becomeSiblingsUntilTheNextWrite() {
        String old = rest.add("both", "a", "pen", 1).context();
        Answer first = rest.addOn(old, "both", "b", "laptop", 1);
        assertThat(first.siblings()).isOne();
        Answer second = rest.addOn(old, "both", "c", "coffee", 1);

        assertThat(second.siblings()).isEqualTo(2);
        assertThat(List.of(second.sibling(0), second.sibling(1)))
                .containsExactlyInAnyOrder(Map.of("pen", 1, "laptop", 1), Map.of("pen", 1, "coffee", 1));
        assertThat(second.items()).isEqualTo(Map.of("pen", 1, "laptop", 1, "coffee", 1));

        Answer third = rest.addOn(second.context(), "both", "a", "book", 1);
        assertThat(third.siblings()).isOne();
        assertThat(third.items()).isEqualTo(Map.of("pen", 1, "laptop", 1, "coffee", 1, "book", 1));
    }

    @Test
    void post_withoutContext_collapsesSiblings() {
        String old = rest.get("/carts/collapse").context();
        rest.addOn(old, "collapse", "a", "laptop", 1);
        assertThat(rest.addOn(old, "collapse", "a", "coffee", 1).siblings()).isEqualTo(2);
        Answer answer = rest.add("collapse", "b", "book", 1);
        assertThat(answer.siblings()).isOne();
        assertThat(answer.items()).isEqualTo(Map.of("laptop", 1, "coffee", 1, "book", 1));
    }

    @Test
    void delete_onOldContext_removesOnlyWhatWasSeen() {
        String old = rest.add("seen", "a", "pen", 1).context();
        rest.add("seen", "b", "pen", 5);
        Answer removed = rest.delete("/carts/seen/items/pen?node=c&context=" + old);
        assertThat(removed.status()).isEqualTo(200);
        assertThat(removed.items()).isEqualTo(Map.of("pen", 5));
        assertThat(removed.siblings()).isEqualTo(2);
    }

    @Test
    void delete_withoutContext_removesAndStaysRemoved() {
        rest.add("gone", "a", "pen", 1);
        rest.add("gone", "b", "book", 1);
        assertThat(rest.delete("/carts/gone/items/pen?node=c").items()).isEqualTo(Map.of("book", 1));
        rest.add("gone", "a", "lamp", 1);
        assertThat(rest.get("/carts/gone?node=b").items()).isEqualTo(Map.of("book", 1, "lamp", 1));
    }

    @Test
    void delete_skuThatIsNotThere_writesNothing() {
        Answer answer = rest.delete("/carts/never/items/pen");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.siblings()).isZero();
        assertThat(rest.get("/carts/never").siblings()).isZero();
    }

    @Test
    void post_fromManyClientsThroughAllNodes_losesNothing() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(16);
        List<Callable<Answer>> adds = new ArrayList<>();
        for (int i = 0; i < 320; i++) {
            int n = i;
            adds.add(() -> rest.add("many-" + n % 2, List.of("a", "b", "c").get(n % 3), "sku-" + n, 1));
        }
        for (Future<Answer> added : clients.invokeAll(adds)) {
            assertThat(added.get().status()).isEqualTo(200);
        }
        clients.shutdown();
        assertThat(rest.get("/carts/many-0?node=a").items()).hasSize(160);
        assertThat(rest.get("/carts/many-1?node=b").items()).hasSize(160);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'sku':'pen','quantity':0}|quantity|0|1 to 1000000",
                "{'sku':'pen','quantity':1000001}|quantity|1000001|1 to 1000000",
                "{'sku':'pen','quantity':99999999999}|quantity|99999999999|1 to 1000000",
                "{'sku':'pen','quantity':1.5}|quantity|1.5|whole number",
                "{'sku':'pen','quantity':'1'}|quantity|\"1\"|whole number",
                "{'sku':'pen'}|quantity|(nothing)|whole number",
                "{'quantity':1}|sku|(nothing)|text of 1 to 256",
                "{'sku':7,'quantity':1}|sku|7|text of 1 to 256",
                "{'sku':'','quantity':1}|sku|(empty)|1 to 256",
                "{'sku':'pen','quantity':1,'qty':2}|qty|2|sku, quantity, context",
                "{'sku':'pen','quantity':1,'context':5}|context|5|text",
                "{'sku':'pen','quantity':1,'context':'xyz'}|context|xyz|read the cart again",
                "{'sku':'pen','quantity':1,'context':'%%'}|context|%%|read the cart again",
                "{'sku':'pen','sku':'cup','quantity':1}|body|Duplicate field|JSON object",
                "{'sku':'pen'|body|end-of-input|JSON object",
                "[1]|body|[1]|JSON object",
                "{'sku':'pen','quantity':1} x|body|Unrecognized token|JSON object",
            })
    void post_badInput_is400NamingFieldValueAndWhatIsAllowed(String body, String field, String value, String allowed) {
        Answer answer = rest.post("/carts/bad/items", body.replace('\'', '"'));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.response().headers().firstValue("Content-Type")).contains(Problem.CONTENT_TYPE);
        assertThat(answer.json().path("status").asInt()).isEqualTo(400);
        assertThat(answer.json().path("field").asText()).isEqualTo(field);
        assertThat(answer.json().path("value").asText()).contains(value);
        assertThat(answer.json().path("allowed").asText()).contains(allowed);
        assertThat(answer.json().path("detail").asText()).contains(field, value);
        assertThat(rest.get("/carts/bad").siblings()).isZero();
    }

    @Test
    void badInput_outsideTheBody_is400() {
        assertThat(rest.get("/carts/x?node=z").json().path("detail").asText()).isEqualTo("node = z; allowed: a, b, c");
        assertThat(rest.get("/carts/" + "x".repeat(1025)).json().path("field").asText())
                .isEqualTo("cart id");
        assertThat(rest.delete("/carts/x/items/" + "x".repeat(257))
                        .json()
                        .path("field")
                        .asText())
                .isEqualTo("sku");
        assertThat(rest.post("/carts/x/items", "{\"sku\":\"" + "é".repeat(129) + "\",\"quantity\":1}")
                        .status())
                .isEqualTo(400);
        assertThat(rest.delete("/carts/x/items/pen?context=abc").status()).isEqualTo(400);
        String other = rest.get("/carts/other").context();
        assertThat(rest.addOn(other, "x", "a", "pen", 1).json().path("field").asText())
                .isEqualTo("context");
        assertThat(rest.get("/nowhere").status()).isEqualTo(404);
        assertThat(rest.post("/carts/x", "{}").status()).isEqualTo(405);
    }

    @Test
    void delete_contextOfALargeCart_fitsTheUrl() {
        String context = "";
        for (int i = 0; i < 300; i++) {
            context = rest.add("large", "a", "sku-number-" + i, 1).context();
        }
        Answer removed = rest.delete("/carts/large/items/sku-number-7?context=" + context);
        assertThat(removed.status()).isEqualTo(200);
        assertThat(removed.items()).hasSize(299);
    }

    @Test
    void health_readyNode_saysSo() {
        Answer answer = rest.get("/health?node=b");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).isEqualTo("{\"node\":\"b\",\"live\":true,\"ready\":true,\"missing\":[]}");
        assertThat(rest.get("/nodes").json().path("nodes")).hasSize(3);
    }

    @Test
    void metrics_afterARequest_countItByRouteAndStatus() {
        rest.get("/carts/counted");
        assertThat(rest.get("/metrics").response().body())
                .contains("http_server_requests_seconds_count{method=\"GET\",route=\"/carts/{id}\",status=\"200\"}")
                .contains("dynamo_node_ready{node=\"c\"} 1.0")
                .contains("dynamo_reads_seconds_count{node=\"a\"}", "dynamo_storage_entries{node=\"b\"}")
                .contains("jvm_memory_used_bytes")
                .doesNotContain("counted\"");
    }

    @Test
    void page_isServedWithAPolicyThatAllowsOnlyItsOwnFiles() {
        Answer page = rest.get("/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.response().headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .contains("default-src 'none'", "script-src 'self'")
                        .doesNotContain("unsafe", "http"));
        assertThat(page.response().body()).doesNotContain("style=", "onclick=");
        assertThat(rest.get("/cart.js").response().body()).doesNotContain("innerHTML", "https:");
    }

    @Test
    void write_withoutAQuorum_is503InTimeWithOutcomeAndRetryAfter() {
        Duration timeout = Duration.ofSeconds(3);
        try (LocalCluster cluster = DynamoNode.local(3);
                CartServer alone = CartServer.start(new LocalNodes(cluster), timeout, "127.0.0.1", 0)) {
            RestClient client = new RestClient(alone.port());
            Answer seen = client.add("x", "a", "pen", 1);
            cluster.kill("b");
            cluster.kill("c");

            List<Supplier<Answer>> requests = List.of(
                    () -> client.add("x", "a", "pen", 1),
                    () -> client.addOn(seen.context(), "x", "a", "book", 1),
                    () -> client.delete("/carts/x/items/pen"),
                    () -> client.get("/carts/x"));
            for (Supplier<Answer> request : requests) {
                long start = System.nanoTime();
                Answer answer = request.get();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(timeout.plusSeconds(1));
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.response().headers().firstValue("Retry-After"))
                        .contains("1");
                assertThat(answer.json().path("outcome").asText()).isIn("NOT_APPLIED", "UNKNOWN");
            }
            assertThat(client.get("/health?node=b").status()).isEqualTo(503);
            assertThat(client.get("/carts/x?node=b").json().path("outcome").asText())
                    .isEqualTo("NOT_APPLIED");
        }
    }

    @Test
    void stoppedNode_isToldApart_andComesBackWithWhatItHad() {
        try (LocalNodes own = LocalNodes.open(DynamoConfig.empty());
                CartServer alone = CartServer.start(own, TIMEOUT, "127.0.0.1", 0)) {
            RestClient client = new RestClient(alone.port());
            client.add("x", "a", "pen", 1);

            Answer stopped = client.post("/nodes/C/stop", "");
            assertThat(stopped.status()).isEqualTo(200);
            assertThat(stopped.json().path("node").asText()).isEqualTo("c");
            assertThat(stopped.json().path("live").asBoolean(true)).isFalse();
            for (Answer refused : List.of(
                    client.get("/carts/x?node=c"),
                    client.add("x", "c", "pen", 1),
                    client.delete("/carts/x/items/pen?node=c"))) {
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.response().headers().firstValue("Content-Type"))
                        .contains(Problem.CONTENT_TYPE);
                assertThat(refused.json().path("detail").asText())
                        .isEqualTo("node c is stopped; POST /nodes/c/start starts it");
                assertThat(refused.json().path("outcome").asText()).isEqualTo("NOT_APPLIED");
            }
            assertThat(client.get("/health?node=c").status()).isEqualTo(503);
            assertThat(client.get("/metrics").response().body()).contains("dynamo_node_live{node=\"c\"} 0.0");
            Answer again = client.post("/nodes/c/stop", "");
            assertThat(again.status()).isEqualTo(409);
            assertThat(again.json().path("detail").asText()).isEqualTo("node c is stopped already");

            Answer started = client.post("/nodes/c/start", "");
            assertThat(started.status()).isEqualTo(200);
            assertThat(started.json().path("ready").asBoolean()).isTrue();
            assertThat(client.post("/nodes/c/start", "").status()).isEqualTo(409);
            assertThat(client.get("/carts/x?node=c").items()).isEqualTo(Map.of("pen", 1));
            assertThat(client.get("/metrics").response().body())
                    .as("of the present run")
                    .contains("dynamo_node_live{node=\"c\"} 1.0", "dynamo_reads_seconds_count{node=\"c\"} 1");
        }
    }

    @Test
    void nodeNobodyKnows_cannotBeStopped() {
        Answer answer = rest.post("/nodes/x/stop", "");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("detail").asText()).isEqualTo("no node x; known nodes: a, b, c");
        assertThat(rest.post("/nodes/x/start", "").status()).isEqualTo(404);
        assertThat(rest.get("/nodes").json().path("canStop").asBoolean()).isTrue();
    }

    @Test
    void singleNode_beforeItIsOpen_isLiveAndNotReady() {
        SingleNode opening = new SingleNode(DynamoConfig.empty()
                .with("node.id", "b")
                .with("cluster.members.0.id", "a")
                .with("cluster.members.1.id", "b")
                .with("cluster.members.2.id", "c"));
        try (CartServer early = CartServer.start(opening, TIMEOUT, "127.0.0.1", 0)) {
            RestClient client = new RestClient(early.port());
            Answer health = client.get("/health");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.response().body())
                    .isEqualTo("{\"node\":\"b\",\"live\":true,\"ready\":false,\"missing\":[\"a\",\"c\"]}");
            assertThat(client.add("x", "b", "pen", 1).status()).isEqualTo(503);
            assertThat(client.get("/nodes").json().path("canStop").asBoolean(true))
                    .isFalse();
            assertThat(client.post("/nodes/b/stop", "").status())
                    .as("it lives and ends with its process")
                    .isEqualTo(404);
            assertThat(client.add("x", "a", "pen", 1).json().path("detail").asText())
                    .isEqualTo("node = a; allowed: b");
        }
    }
}
