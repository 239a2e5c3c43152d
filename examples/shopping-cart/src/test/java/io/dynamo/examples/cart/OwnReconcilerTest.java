package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Option;
import io.dynamo.api.Reconciler;
import io.dynamo.api.ReconcilerLaws;
import io.dynamo.core.sim.SimulatedCluster;
import io.dynamo.core.sim.SimulationProfile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * How to test a reconciler of your own: by its laws, and in a simulated cluster whose links fail. A wish list is merged in two
 * ways. {@code union} is a merge. {@code longer} looks like one: it keeps the longer list. Of two lists that are equally long it
 * keeps its first argument, so it is not commutative, and what the shorter list alone holds is lost.
 */
class OwnReconcilerTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static final Reconciler<TreeSet<String>> UNION = OwnReconcilerTest::union;
    private static final Reconciler<TreeSet<String>> LONGER = (a, b) -> a.size() >= b.size() ? a : b;

    private static final Codec<TreeSet<String>> CODEC = new Codec<>() {
        @Override
        public byte[] encode(TreeSet<String> wishes) {
            return String.join("\n", wishes).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public TreeSet<String> decode(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of(text.split("\n")));
        }
    };

    private static TreeSet<String> union(Set<String> a, Set<String> b) {
        TreeSet<String> all = new TreeSet<>(a);
        all.addAll(b);
        return all;
    }

    @Test
    void lawChecker_findsTheBrokenMerge_andPassesTheOther() {
        assertThatCode(() -> ReconcilerLaws.check(UNION, OwnReconcilerTest::someWishes, CODEC))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ReconcilerLaws.check(LONGER, OwnReconcilerTest::someWishes, CODEC))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("commutative");
    }

    @Test
    void simulatedCluster_findsTheBrokenMerge_andPassesTheOther() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(lostWishes(seed, UNION)).as("seed %d", seed).isEmpty();
        }
        // The seed alone replays what went wrong.
        long found = firstSeedThatLoses(LONGER, 20);
        assertThat(lostWishes(found, LONGER))
                .isEqualTo(lostWishes(found, LONGER))
                .isNotEmpty();
    }

    private static long firstSeedThatLoses(Reconciler<TreeSet<String>> merge, int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            if (!lostWishes(seed, merge).isEmpty()) {
                return seed;
            }
        }
        throw new AssertionError("no seed up to " + seeds + " loses a wish");
    }

    /** Thirty wishes through three nodes, one of which is cut off now and then; what was acknowledged and is gone in the end. */
    private static Set<String> lostWishes(long seed, Reconciler<TreeSet<String>> merge) {
        SimulatedCluster cluster = new SimulatedCluster(seed, SimulationProfile.calm());
        cluster.settle();
        Random random = new Random(seed);
        Set<String> acknowledged = new TreeSet<>();
        for (int i = 0; i < 30; i++) {
            String wish = "wish-" + i;
            String node = cluster.ids().get(random.nextInt(3));
            wishes(cluster, node, merge)
                    .update("alice", old -> Optional.of(union(old.orElse(new TreeSet<>()), Set.of(wish))))
                    .whenComplete((done, failure) -> {
                        if (failure == null) {
                            acknowledged.add(wish);
                        }
                    });
            if (i % 10 == 5) {
                cluster.isolate(cluster.ids().get(random.nextInt(3)));
            } else if (i % 10 == 9) {
                cluster.mendLinks();
            }
            // Sometimes the next wish comes before this one is done.
            cluster.run(Duration.ofMillis(random.nextInt(300)));
        }
        cluster.heal();
        cluster.settle();
        cluster.run(SOON);
        CompletableFuture<TreeSet<String>> last = wishes(cluster, "a", merge)
                .get("alice", Option.r(3))
                .thenApply(read -> read.value().orElseThrow())
                .toCompletableFuture();
        acknowledged.removeAll(cluster.await(last, SOON));
        return acknowledged;
    }

    private static AsyncStore<TreeSet<String>> wishes(
            SimulatedCluster cluster, String id, Reconciler<TreeSet<String>> merge) {
        DynamoNode node = cluster.node(id);
        assertThat(node).isNotNull();
        return node.store("wishes", CODEC, merge).async();
    }

    private static TreeSet<String> someWishes(RandomGenerator random) {
        TreeSet<String> wishes = new TreeSet<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            wishes.add("wish-" + random.nextInt(6));
        }
        return wishes;
    }
}
