package io.dynamo.examples.benchmarks;

import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import java.util.Arrays;

/** How long three nodes, a put and a get take from nothing: the cold first, then the median of 20 after 5 discarded. */
public final class StartUp {

    private static final int DISCARDED = 5;
    private static final int COUNTED = 20;

    private StartUp() {}

    /**
     * Prints the figures.
     *
     * @param args none
     */
    public static void main(String[] args) {
        long cold = once();
        for (int i = 1; i < DISCARDED; i++) {
            once();
        }
        long[] counted = new long[COUNTED];
        for (int i = 0; i < COUNTED; i++) {
            counted[i] = once();
        }
        Arrays.sort(counted);
        System.out.println("local(3), put, get: cold " + cold + " ms, median " + counted[COUNTED / 2] + " ms, max "
                + counted[COUNTED - 1] + " ms");
    }

    private static long once() {
        long start = System.nanoTime();
        try (LocalCluster cluster = DynamoNode.local(3)) {
            Store<String> store = cluster.node("a").store("notes", Codec.utf8(), Reconciler.siblings());
            store.put("key", "value", Context.none());
            if (store.get("key").value().isEmpty()) {
                throw new IllegalStateException("the value is not there");
            }
            return (System.nanoTime() - start) / 1_000_000;
        }
    }
}
