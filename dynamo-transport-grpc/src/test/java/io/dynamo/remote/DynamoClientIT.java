package io.dynamo.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Codec;
import io.dynamo.api.ConflictException;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoException;
import io.dynamo.api.InvalidContextException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.api.Written;
import io.dynamo.api.cart.AddWinsCart;
import io.dynamo.remote.proto.AdminGrpc;
import io.dynamo.remote.proto.LocateRequest;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DynamoClientIT {

    private static final Reconciler<String> LONGER = (one, other) -> one.length() >= other.length() ? one : other;
    private static final Reconciler<AddWinsCart> CARTS = AddWinsCart::merge;
    private static final Codec<AddWinsCart> CART = AddWinsCart.CODEC;

    private static Clusters nodes;
    private static DynamoClient client;

    @BeforeAll
    static void open() {
        nodes = Clusters.open(5, "stores.last.mode", "lww");
        client = DynamoClient.connect(nodes.seed("a"), nodes.seed("b"));
    }

    @AfterAll
    static void close() {
        client.close();
        nodes.close();
    }

    private static Store<String> texts(String name) {
        return client.store(name, Codec.utf8(), Reconciler.siblings());
    }

    @Test
    void words_areThoseOfAnEmbeddedNode() {
        Store<String> store = texts("words");
        Read<String> before = store.get("k");
        assertThat(before.value()).isEmpty();
        assertThat(before.context().isNone()).isFalse();
        Written one = store.put("k", "one", before.context());
        assertThat(one.acknowledged()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(store.get("k").value()).contains("one");
        store.put("k", "other", before.context());
        assertThat(store.get("k").siblings()).containsExactlyInAnyOrder("one", "other");
        assertThatThrownBy(() -> store.get("k").value()).isInstanceOf(ConflictException.class);
        store.delete("k", store.get("k", Option.askAll()).context());
        assertThat(store.get("k").value()).isEmpty();
        assertThat(store.update("k", old -> Optional.of(old.orElse("") + "new")))
                .contains("new");
        assertThat(store.get("k", Option.r(3)).value()).contains("new");
    }

    @Test
    void session_goesToTheNode() {
        Store<String> store = texts("sessions");
        Written one = store.put("k", "one", Context.none());
        Read<String> read = store.get("k", Option.r(1), Option.session(one.context()));
        assertThat(read.value()).contains("one");
        assertThat(read.sessionExpired()).isFalse();
        assertThat(store.get("k", Option.session(Context.none())).value()).contains("one");
        assertThatThrownBy(() -> store.get("other", Option.session(one.context())))
                .isInstanceOf(InvalidContextException.class);
    }

    @Test
    void lifetime_goesToTheNode() {
        Store<String> store = texts("lifetimes");
        store.put("long", "one", Context.none(), Option.expiresAfter(Duration.ofDays(3_650)));
        assertThat(store.get("long").value()).contains("one");
        store.update("short", old -> Optional.of("one"), Option.expiresAfter(Duration.ofMillis(1)));
        Awaitility.await()
                .untilAsserted(() -> assertThat(store.get("short").value()).isEmpty());
        assertThat(store.keys()).containsExactly("long");
    }

    @Test
    void contexts_goThroughTextAndEmbeddedNodes() {
        Store<String> here = texts("contexts");
        Store<String> there = nodes.cluster().node("c").store("contexts", Codec.utf8(), Reconciler.siblings());
        here.put("k", "one", here.get("k").context());
        String token = there.get("k").context().toToken();
        here.put("k", "two", Context.fromToken(token));
        assertThat(there.get("k", Option.r(3)).siblings()).containsExactly("two");
        assertThatThrownBy(() -> here.put("other", "x", Context.fromToken(token)))
                .isInstanceOfSatisfying(
                        InvalidContextException.class,
                        e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
    }

    @Test
    void reconcilers_mergeOnTheClient() {
        Store<String> longer = client.store("merged", Codec.utf8(), LONGER);
        longer.put("k", "short", Context.none());
        longer.put("k", "much longer", Context.none());
        assertThat(longer.get("k").value()).contains("much longer");
        Store<String> last = client.store("latest", Codec.utf8(), Reconciler.lastWriteWins());
        last.put("k", "zz first", Context.none());
        last.put("k", "aa last", Context.none());
        assertThat(last.get("k").siblings()).hasSize(2);
        assertThat(last.get("k").value()).contains("aa last");
    }

    @Test
    void writes_goStraightToANodeOfThePreferenceList() {
        ManagedChannel channel = nodes.channel("e");
        try {
            AdminGrpc.AdminBlockingStub admin = AdminGrpc.newBlockingStub(channel);
            for (int i = 0; i < 100; i++) {
                String key = "straight-" + i;
                Written written = texts("straight").put(key, "v", Context.none());
                String first = admin.locate(
                                LocateRequest.newBuilder().setKey(key).build())
                        .getPreferenceList(0);
                assertThat(written.coordinator()).isEqualTo(first);
            }
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void updatesOfTwoClientsAtOnce_loseNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (DynamoClient second = DynamoClient.connect(nodes.seed("c"))) {
            List<Store<AddWinsCart>> stores =
                    List.of(client.store("carts", CART, CARTS), second.store("carts", CART, CARTS));
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String item = "item-" + i;
                Store<AddWinsCart> store = stores.get(i % 2);
                String cart = "cart-" + i % 4;
                done.add(threads.submit(() -> store.update(
                        cart, old -> Optional.of(old.orElse(AddWinsCart.EMPTY).add(item, 1)))));
            }
            for (Future<?> one : done) {
                one.get(60, TimeUnit.SECONDS);
            }
            Set<String> all = new TreeSet<>();
            for (int cart = 0; cart < 4; cart++) {
                all.addAll(stores.get(0)
                        .get("cart-" + cart, Option.r(3))
                        .value()
                        .orElseThrow()
                        .items()
                        .keySet());
            }
            assertThat(all).hasSize(400);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void oneNodeKilledUnderLoad_everyUpdateIsTold_andNoAcknowledgedOneIsLost() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (Clusters three = Clusters.open(3);
                DynamoClient caller = DynamoClient.connect(three.seed("a"), three.seed("b"), three.seed("c"))) {
            Store<AddWinsCart> carts = caller.store("carts", CART, CARTS);
            Set<String> acknowledged = new ConcurrentSkipListSet<>();
            Set<String> notApplied = new ConcurrentSkipListSet<>();
            AtomicInteger unknown = new AtomicInteger();
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                String item = "item-" + i;
                int number = i;
                done.add(threads.submit(() -> {
                    if (number == 200) {
                        three.cluster().kill("b");
                    }
                    try {
                        carts.update(
                                "cart-" + number % 8,
                                old -> Optional.of(old.orElse(AddWinsCart.EMPTY).add(item, 1)));
                        acknowledged.add(item);
                    } catch (DynamoException e) {
                        if (e.outcome() == Outcome.NOT_APPLIED) {
                            notApplied.add(item);
                        } else {
                            unknown.incrementAndGet();
                        }
                    }
                }));
            }
            for (Future<?> one : done) {
                one.get(120, TimeUnit.SECONDS);
            }
            Set<String> found = new TreeSet<>();
            for (int cart = 0; cart < 8; cart++) {
                found.addAll(carts.get("cart-" + cart)
                        .value()
                        .map(value -> value.items().keySet())
                        .orElse(Set.of()));
            }
            assertThat(acknowledged.size() + notApplied.size() + unknown.get()).isEqualTo(600);
            assertThat(found).containsAll(acknowledged).noneMatch(notApplied::contains);
            assertThat(acknowledged.size()).isGreaterThanOrEqualTo(540);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void keys_areThoseOfTheWholeCluster() {
        Store<String> store = texts("listed");
        Set<String> written = new TreeSet<>();
        for (int i = 0; i < 300; i++) {
            store.put("k" + i, "v", Context.none());
            written.add("k" + i);
        }
        assertThat(store.keys()).containsExactlyInAnyOrderElementsOf(written);
        assertThat(store.async().keys().toCompletableFuture().join()).containsExactlyInAnyOrderElementsOf(written);
    }

    @Test
    void callback_thatWouldWaitForItself_isTold() {
        Store<String> store = texts("callbacks");
        CompletionStage<Object> failing = store.async().get("k").thenApply(read -> store.get("k"));
        assertThatThrownBy(() -> failing.toCompletableFuture().get(10, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasStackTraceContaining("use async()");
    }

    @Test
    void interruptedPut_isUnknownWithItsId_andKeepsTheFlag() {
        Store<String> store = texts("interrupted");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store.put("k", "v", Context.none()))
                .isInstanceOfSatisfying(QuorumException.class, e -> {
                    assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                    assertThat(e.writeId()).isPresent();
                    assertThat(Thread.interrupted()).isTrue();
                    store.put(
                            "k", "v", Context.none(), Option.writeId(e.writeId().orElseThrow()));
                });
        assertThat(store.get("k", Option.r(3)).siblings()).containsExactly("v");
    }

    @Test
    void badInput_isRefusedAsAnEmbeddedNodeWould() {
        Store<String> store = texts("bad");
        assertThatThrownBy(() -> store.get("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get("\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.get("k", Option.r(6)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("r = 6");
        assertThatThrownBy(() -> client.store("bad", Codec.bytes(), Reconciler.siblings()))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> texts("last"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stores.last.mode is lww");
        assertThatThrownBy(() -> client.store("no name", Codec.bytes(), Reconciler.siblings()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void seeds_thatDoNotAnswer_orAreOfAnotherCluster_areNamed() {
        assertThatThrownBy(() -> DynamoClient.connect("127.0.0.1:1"))
                .isInstanceOf(QuorumException.class)
                .hasMessageContaining("127.0.0.1:1");
        DynamoConfig other = DynamoConfig.of(Map.of("client.seeds", nodes.seed("a"), "client.cluster", "shop"));
        assertThatThrownBy(() -> DynamoClient.connect(other))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("belongs to cluster \"dynamo\"");
    }
}
