package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** All keys of the whole cluster, or an error: never a partial list. */
class KeysTest {

    private static List<String> async(TestCluster cluster, String node, Option... options) {
        CompletableFuture<List<String>> keys =
                cluster.text(node).async().keys(options).toCompletableFuture();
        cluster.time.runUntil(keys::isDone, TestCluster.SECOND.multipliedBy(60));
        return keys.join();
    }

    @Test
    void keys_wholeCluster_eachOnce_deletedNotListed() {
        try (TestCluster cluster = TestCluster.of(4, "cluster.partitions", "16", "stores.other.n", "1")) {
            List<String> expected = new ArrayList<>();
            Store<String> store = cluster.text("a");
            for (int i = 0; i < 60; i++) {
                Context seen = store.put("key" + i, "v" + i, Context.none()).context();
                if (i % 3 == 0) {
                    store.delete("key" + i, seen);
                } else {
                    expected.add("key" + i);
                }
            }
            store.put("key1", "sibling", Context.none());
            cluster.node("b")
                    .store("other", TestCluster.TEXT, io.dynamo.api.Reconciler.siblings())
                    .put("foreign", "x", Context.none());

            for (String node : List.of("a", "d")) {
                assertThat(cluster.text(node).keys()).containsExactlyInAnyOrderElementsOf(expected);
                assertThat(async(cluster, node)).containsExactlyInAnyOrderElementsOf(expected);
            }
            assertThat(cluster.node("d")
                            .store("other", TestCluster.TEXT, io.dynamo.api.Reconciler.siblings())
                            .keys())
                    .containsExactly("foreign");
        }
    }

    @Test
    void keys_moreThanAPage_replicasKnowDifferentOnes_eachOnce() {
        try (TestCluster cluster = TestCluster.of(3, "cluster.partitions", "3")) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 1_200; i++) {
                // Each key is missing on one replica; reading two of them must still find it.
                String missing = String.valueOf((char) ('a' + i % 3));
                cluster.network.lose(message -> message.touches(missing));
                cluster.text(missing.equals("a") ? "b" : "a").put("key" + i, "v", Context.none());
                expected.add("key" + i);
            }
            cluster.network.heal();

            assertThat(cluster.text("a").keys()).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(async(cluster, "b")).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void keys_judgedByWhatIsNotYetDurable_areAnsweredWhenItIs() {
        try (TestCluster cluster = TestCluster.of(1)) {
            Store<String> store = cluster.text("a");
            Context seen = store.put("k", "v", Context.none()).context();
            store.put("stays", "v", Context.none());
            cluster.engine("a").holdsWrites = true;
            store.async().delete("k", seen);
            store.async().put("new", "v", Context.none());

            CompletableFuture<List<String>> keys = store.async().keys().toCompletableFuture();
            cluster.time.run(java.time.Duration.ofMillis(500));

            assertThat(keys)
                    .as("whether k is deleted may still be taken back by a crash")
                    .isNotDone();
            cluster.engine("a").releaseWrites();
            cluster.time.runUntil(keys::isDone, TestCluster.SECOND);
            assertThat(keys.join()).contains("stays").doesNotContain("k");
            assertThat(store.keys()).containsExactlyInAnyOrder("stays", "new");
        }
    }

    @Test
    void keys_whatTheyAreJudgedByFails_failToo() {
        try (TestCluster cluster = TestCluster.of(1)) {
            Store<String> store = cluster.text("a");
            Context seen = store.put("k", "v", Context.none()).context();
            cluster.engine("a").holdsWrites = true;
            store.async().delete("k", seen);
            CompletableFuture<List<String>> keys = store.async().keys().toCompletableFuture();
            cluster.time.run(java.time.Duration.ofMillis(100));

            cluster.engine("a").failHeldWrites();
            cluster.time.runUntil(keys::isDone, TestCluster.SECOND);

            assertUnreachable(keys::join);
            assertThat(store.keys()).as("it was not deleted").containsExactly("k");
        }
    }

    @Test
    void keys_partOutOfReach_isAnErrorNeverAPartialList() {
        try (TestCluster cluster = TestCluster.of(3, "stores.notes.n", "1", "cluster.partitions", "16")) {
            for (int i = 0; i < 30; i++) {
                cluster.text("a").put("key" + i, "v", Context.none());
            }
            assertThat(cluster.text("a").keys()).hasSize(30);
            cluster.kill("c");

            assertUnreachable(() -> cluster.text("a").keys().toList());
            assertUnreachable(() -> async(cluster, "a"));
            cluster.noticeSilence();
            assertUnreachable(() -> cluster.text("a").keys().toList());
            cluster.start("c");
            cluster.link();
            cluster.engine("c").failsReads = true;
            assertUnreachable(() -> cluster.text("a").keys().toList());
            assertUnreachable(() -> async(cluster, "a"));
            cluster.engine("c").failsReads = false;
            assertThat(async(cluster, "a")).hasSize(30);
        }
    }

    private static void assertUnreachable(org.assertj.core.api.ThrowableAssert.ThrowingCallable keys) {
        assertThatThrownBy(keys).satisfies(thrown -> {
            Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            QuorumException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED))
                    .hasMessageContaining("keys of notes in partition");
        });
    }
}
