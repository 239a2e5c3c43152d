package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.examples.cart.RestClient.Answer;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Many clients that add distinct items to a few carts through all nodes, each trying the next node when one fails, and what
 * became of every item.
 */
final class CartLoad {

    private static final int CLIENTS = 64;
    private static final int CARTS = 20;
    private static final long PAUSE_NANOS = 5_000_000;

    /** What is known of an item. */
    private enum Fate {
        ACKNOWLEDGED,
        NOT_APPLIED,
        UNKNOWN
    }

    private final ThreeProcesses cluster;
    private final int items;
    private final AtomicInteger next = new AtomicInteger();
    private final Map<Integer, Fate> fates = new ConcurrentSkipListMap<>();
    private volatile boolean isPaused;

    CartLoad(ThreeProcesses cluster, int items) {
        this.cluster = cluster;
        this.items = items;
    }

    /** Adds everything; the disturbance runs when half of it is under way. */
    void run(Runnable atHalf) throws InterruptedException {
        Thread[] clients = new Thread[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = new Thread(this::addUntilDone, "client-" + i);
            clients[i].start();
        }
        while (next.get() < items / 2) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        atHalf.run();
        for (Thread client : clients) {
            client.join();
        }
    }

    /** Clients finish what they are doing and then wait, as there is nobody to talk to. */
    void pause() {
        isPaused = true;
    }

    void goOn() {
        isPaused = false;
    }

    private void addUntilDone() {
        for (int item = next.getAndIncrement(); item < items; item = next.getAndIncrement()) {
            while (isPaused) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            fates.put(item, add(item));
        }
    }

    private Fate add(int item) {
        Fate fate = Fate.NOT_APPLIED;
        for (int tries = 0; tries < ThreeProcesses.IDS.size(); tries++) {
            String id = ThreeProcesses.IDS.get((item + tries) % ThreeProcesses.IDS.size());
            try {
                Answer answer = cluster.client(id).add(cart(item), id, sku(item), 1);
                if (answer.status() == 200) {
                    return Fate.ACKNOWLEDGED;
                }
                boolean isKnown = answer.json().path("outcome").asText().equals("NOT_APPLIED");
                fate = isKnown ? fate : Fate.UNKNOWN;
            } catch (UncheckedIOException e) {
                // It may have been written before the connection broke.
                fate = Fate.UNKNOWN;
            }
        }
        return fate;
    }

    /** Every acknowledged item is in the merged cart on every node, and no item that was not applied. */
    void assertNothingLost(double acknowledgedShareMin) {
        long acknowledged = count(Fate.ACKNOWLEDGED);
        System.out.println("items " + items + ", acknowledged " + acknowledged + ", not applied "
                + count(Fate.NOT_APPLIED) + ", unknown " + count(Fate.UNKNOWN));
        assertThat(fates).as("every item has a fate").hasSize(items);
        assertThat((double) acknowledged / items).as("acknowledged").isGreaterThanOrEqualTo(acknowledgedShareMin);
        for (String id : ThreeProcesses.IDS) {
            for (int cart = 0; cart < CARTS; cart++) {
                Answer answer = cluster.client(id).get("/carts/" + cart(cart));
                assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
                assertFates(cart, "node " + id, answer.items().keySet());
            }
        }
    }

    private void assertFates(int cart, String where, Set<String> found) {
        for (int item = cart; item < items; item += CARTS) {
            switch (fates.get(item)) {
                case ACKNOWLEDGED -> assertThat(found).as(where).contains(sku(item));
                case NOT_APPLIED -> assertThat(found).as(where).doesNotContain(sku(item));
                case UNKNOWN -> {}
            }
        }
    }

    private long count(Fate fate) {
        return fates.values().stream().filter(fate::equals).count();
    }

    private static String cart(int item) {
        return "cart-" + item % CARTS;
    }

    private static String sku(int item) {
        return "sku-" + item;
    }
}
