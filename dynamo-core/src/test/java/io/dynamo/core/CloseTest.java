package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class CloseTest {

    private static Store<String> store(DynamoNode node) {
        return node.store("notes", TestCluster.TEXT, Reconciler.siblings());
    }

    @Test
    void close_inACallback_saysWhatToDo_andChangesNothing() {
        DynamoNode node = DynamoNode.open(DynamoConfig.empty().with("node.id", "closing"));
        Store<String> store = store(node);

        assertRefused(store, node::close);
        assertThat(node.health().live()).isTrue();
        store.put("k", "one", Context.none());

        node.close();
        assertThat(node.health().live()).isFalse();
        assertThatThrownBy(() -> store.get("k"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        Awaitility.await("its threads have ended")
                .until(() -> threads("dynamo-closing-").isEmpty());
    }

    @Test
    void kill_inACallback_changesNothing_andCanBeDoneFromOutside() {
        try (LocalCluster cluster = DynamoNode.local(3)) {
            Store<String> store = store(cluster.node("a"));
            store.put("k", "one", Context.none());

            assertRefused(store, () -> cluster.kill("a"));
            assertThat(cluster.node("a").health().ready()).isTrue();
            assertThat(store.get("k").value()).contains("one");

            cluster.kill("a");
            assertThatThrownBy(() -> cluster.node("a")).hasMessageContaining("killed");
            assertThat(store(cluster.restart("a")).get("k").value())
                    .as("its address and its storage were free")
                    .contains("one");
        }
    }

    @Test
    void clusterClose_inACallback_canBeDoneFromOutside() {
        LocalCluster cluster = DynamoNode.local(2);
        DynamoNode b = cluster.node("b");

        assertRefused(store(b), cluster::close);
        cluster.close();

        assertThat(b.health().live()).isFalse();
        assertThat(cluster.nodes()).isEmpty();
    }

    @Test
    void close_byAnInterruptedThread_releasesTheNodeAndKeepsTheFlag() {
        DynamoNode node = DynamoNode.open(DynamoConfig.empty().with("node.id", "interrupted"));
        store(node).put("k", "one", Context.none());
        Thread.currentThread().interrupt();

        node.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(node.health().live()).isFalse();
        Awaitility.await("its threads have ended")
                .until(() -> threads("dynamo-interrupted-").isEmpty());
    }

    @Test
    void close_withOperationsUnderWay_answersEachOfThem() {
        DynamoNode node = DynamoNode.open(DynamoConfig.empty());
        Store<String> store = store(node);
        List<CompletableFuture<Optional<String>>> updates = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String key = "k" + i % 3;
            updates.add(store.async()
                    .update(key, old -> Optional.of(old.orElse("") + "x"))
                    .toCompletableFuture());
        }

        node.close();

        CompletableFuture<Void> all = CompletableFuture.allOf(updates.toArray(CompletableFuture[]::new));
        assertThat(all.handle((done, failure) -> "answered")
                        .orTimeout(1, TimeUnit.MINUTES)
                        .join())
                .isEqualTo("answered");
    }

    private static void assertRefused(Store<String> store, Runnable ending) {
        CompletableFuture<Optional<String>> update = store.async()
                .update("other", old -> {
                    ending.run();
                    return old;
                })
                .toCompletableFuture();
        assertThatThrownBy(update::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a thread of the node itself")
                .hasMessageContaining("close or kill a node from a thread of the application");
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }
}
