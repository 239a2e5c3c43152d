package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.api.cart.AddWinsCart;
import io.dynamo.api.cart.UnionCart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The carts through stores: no add is lost (Dynamo §4.4). {@code -Dcart.adds=} changes how many. */
class CartTest {

    // Nothing here is about time: a busy machine may take as long as it likes.
    private static final Option PATIENT = Option.timeout(Duration.ofMinutes(1));
    private static final Reconciler<AddWinsCart> MERGE = AddWinsCart::merge;
    private static final Reconciler<UnionCart> UNION = UnionCart::merge;
    private static final int THREADS = 64;
    private static final int CARTS = 20;

    private static UnaryOperator<Optional<AddWinsCart>> add(String sku) {
        return old -> Optional.of(old.orElse(AddWinsCart.EMPTY).add(sku, 1));
    }

    private static Store<AddWinsCart> carts(TestCluster cluster, String node) {
        return cluster.node(node).store("carts", AddWinsCart.CODEC, MERGE);
    }

    @Test
    void addWinsCart_twoClientsOneNodeSameContext_bothAddsSurvive() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Store<AddWinsCart> carts = carts(cluster, "a");
            carts.update("alice", add("pen"));
            Read<AddWinsCart> seen = carts.get("alice");

            // Two clients with a library of their own, which stamp their changes themselves.
            AddWinsCart one = seen.value().orElseThrow().add("book", 1).stamp(101, 1);
            AddWinsCart two = seen.value().orElseThrow().add("ink", 1).stamp(102, 1);
            carts.put("alice", one, seen.context());
            carts.put("alice", two, seen.context());

            Read<AddWinsCart> read = carts(cluster, "b").get("alice");
            assertThat(read.siblings()).hasSize(2);
            assertThat(read.value().orElseThrow().items()).containsOnlyKeys("book", "ink", "pen");
        }
    }

    @Test
    void addWinsCart_addsOnBothSidesOfASplit_allSurvive() {
        try (TestCluster cluster = TestCluster.of(3)) {
            carts(cluster, "a").update("alice", add("pen"), Option.w(3));
            cluster.network.lose(message -> message.touches("a"));
            carts(cluster, "a").update("alice", add("book"), Option.r(1), Option.w(1));
            carts(cluster, "b").update("alice", add("book"));
            carts(cluster, "c").update("alice", add("ink"));
            cluster.network.heal();

            Map<String, Integer> items = carts(cluster, "b")
                    .get("alice", Option.askAll(), Option.r(3))
                    .value()
                    .orElseThrow()
                    .items();

            assertThat(items).containsExactlyInAnyOrderEntriesOf(Map.of("book", 2, "ink", 1, "pen", 1));
        }
    }

    @Test
    void removedItem_staysRemovedUnderConcurrentAddsOfOthers() {
        try (TestCluster cluster = TestCluster.of(3)) {
            carts(cluster, "a").update("alice", add("pen"));
            carts(cluster, "a").update("alice", add("book"), Option.w(3));
            cluster.network.lose(message -> message.touches("a"));
            carts(cluster, "a")
                    .update("alice", old -> Optional.of(old.orElseThrow().remove("pen")), Option.r(1), Option.w(1));
            for (int i = 0; i < 5; i++) {
                carts(cluster, i % 2 == 0 ? "b" : "c").update("alice", add("sku" + i));
            }
            cluster.network.heal();

            for (String node : List.of("a", "b", "c")) {
                assertThat(carts(cluster, node)
                                .get("alice", Option.askAll(), Option.r(3))
                                .value()
                                .orElseThrow()
                                .items())
                        .as("read through " + node)
                        .containsOnlyKeys("book", "sku0", "sku1", "sku2", "sku3", "sku4");
            }
        }
    }

    @Test
    void unionCart_bringsARemovedItemBack_asThePaperSays() {
        try (TestCluster cluster = TestCluster.of(3)) {
            Store<UnionCart> a = cluster.node("a").store("carts", UnionCart.CODEC, UNION);
            Store<UnionCart> b = cluster.node("b").store("carts", UnionCart.CODEC, UNION);
            Context seen = a.put("alice", UnionCart.EMPTY.add("pen", 1), Context.none())
                    .context();
            Read<UnionCart> read = b.get("alice");
            a.put("alice", UnionCart.EMPTY.add("pen", 1).remove("pen"), seen);
            b.put("alice", read.value().orElseThrow().add("book", 1), read.context());

            assertThat(a.get("alice").value().orElseThrow().items())
                    .as("an add is never lost, but a removed item can come back")
                    .containsOnlyKeys("book", "pen");
        }
    }

    @Test
    @Timeout(300)
    void update_64ThreadsOneNode_nothingLost() throws InterruptedException, ExecutionException {
        try (LocalCluster cluster = DynamoNode.local(1)) {
            assertNothingLost(List.of(cluster.node("a").store("carts", AddWinsCart.CODEC, MERGE)));
        }
    }

    @Test
    @Timeout(300)
    void update_64ThreadsThreeNodes_nothingLost() throws InterruptedException, ExecutionException {
        try (LocalCluster cluster = DynamoNode.local(3)) {
            List<Store<AddWinsCart>> stores = new ArrayList<>();
            cluster.nodes().forEach(node -> stores.add(node.store("carts", AddWinsCart.CODEC, MERGE)));
            assertNothingLost(stores);
        }
    }

    private static void assertNothingLost(List<Store<AddWinsCart>> stores)
            throws InterruptedException, ExecutionException {
        int adds = Integer.getInteger("cart.adds", 10_000);
        ExecutorService clients = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < adds; i++) {
                int item = i;
                done.add(clients.submit(() ->
                        stores.get(item % stores.size()).update("cart" + item % CARTS, add("sku" + item), PATIENT)));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            clients.shutdownNow();
        }
        for (Store<AddWinsCart> store : stores) {
            int found = 0;
            for (int cart = 0; cart < CARTS; cart++) {
                Map<String, Integer> items =
                        store.get("cart" + cart, PATIENT).value().orElseThrow().items();
                assertThat(items.values()).as("nothing added twice").containsOnly(1);
                found += items.size();
            }
            assertThat(found).isEqualTo(adds);
        }
    }
}
