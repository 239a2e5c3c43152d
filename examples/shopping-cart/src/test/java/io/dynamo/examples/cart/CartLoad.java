package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.examples.cart.RestClient.Answer;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/**
 * Many clients that add distinct items to a few carts through all nodes, each trying the next node when one fails, and what
 * became of every item.
 */
final class CartLoad {

    private static final int CLIENTS = 64;
    private static final int CARTS = 20;
    private static final long PAUSE_NANOS = 5_000_000;

    // A client that was refused everywhere waits, so that an outage does not eat up the items.
    private static final long BACK_OFF_NANOS = 200_000_000;

    /** What is known of an item. */
    private enum Fate {
        ACKNOWLEDGED,
        NOT_APPLIED,
        UNKNOWN
    }

    private final String name;
    private final ThreeProcesses cluster;
    private final int items;
    private final AtomicInteger next = new AtomicInteger();
    private final Map<Integer, Fate> fates = new ConcurrentSkipListMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean isPaused;
    private long acknowledgedBeforePause;

    /** The case's name stands before its figures. */
    CartLoad(String name, ThreeProcesses cluster, int items) {
        this.name = name;
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

    /** Waits until this many items were refused: by no node that could be reached, or by the word of one. */
    void awaitNotApplied(int least) {
        Awaitility.await("items that were not applied")
                .atMost(ServiceProcess.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> count(Fate.NOT_APPLIED) >= least);
    }

    /** Clients finish what they are doing and then wait, as there is nobody to talk to. */
    void pause() {
        isPaused = true;
    }

    void goOn() {
        acknowledgedBeforePause = count(Fate.ACKNOWLEDGED);
        isPaused = false;
    }

    private void addUntilDone() {
        for (int item = next.getAndIncrement(); item < items; item = next.getAndIncrement()) {
            while (isPaused) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            Fate fate = add(item);
            fates.put(item, fate);
            if (fate == Fate.NOT_APPLIED) {
                LockSupport.parkNanos(BACK_OFF_NANOS);
            }
        }
    }

    private Fate add(int item) {
        Fate fate = Fate.NOT_APPLIED;
        boolean isRefused = false;
        for (int tries = 0; tries < ThreeProcesses.IDS.size(); tries++) {
            String id = ThreeProcesses.IDS.get((item + tries) % ThreeProcesses.IDS.size());
            try {
                Answer answer = cluster.client(id).add(cart(item), id, sku(item), 1);
                if (answer.status() == 200) {
                    return Fate.ACKNOWLEDGED;
                }
                boolean isKnown = answer.json().path("outcome").asText().equals("NOT_APPLIED");
                isRefused |= isKnown;
                fate = isKnown ? fate : Fate.UNKNOWN;
            } catch (UncheckedIOException e) {
                // Without a connection nothing was sent; else it may have been written before the connection broke.
                fate = e.getCause() instanceof ConnectException ? fate : Fate.UNKNOWN;
            }
        }
        if (fate == Fate.NOT_APPLIED && isRefused) {
            refused.incrementAndGet();
        }
        return fate;
    }

    /** Every acknowledged item is in the merged cart on every node, and no item that was not applied. */
    void assertNothingLost(double acknowledgedShareMin) {
        List<String> lost = new ArrayList<>();
        List<String> phantoms = new ArrayList<>();
        for (String id : ThreeProcesses.IDS) {
            for (int cart = 0; cart < CARTS; cart++) {
                Answer answer = cluster.client(id).get("/carts/" + cart(cart));
                assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
                compare(cart, id, answer.items().keySet(), lost, phantoms);
            }
        }
        long acknowledged = count(Fate.ACKNOWLEDGED);
        System.out.printf(
                Locale.ROOT,
                "%s: %d adds, %d acknowledged (%.2f %%), %d not applied (%d by the word of a node), %d unknown, %d lost%n",
                name,
                items,
                acknowledged,
                100.0 * acknowledged / items,
                count(Fate.NOT_APPLIED),
                refused.get(),
                count(Fate.UNKNOWN),
                lost.size());
        assertThat(fates).as("every item has a fate").hasSize(items);
        assertThat(lost).as("acknowledged and not there").isEmpty();
        assertThat(phantoms).as("not applied and there").isEmpty();
        assertThat((double) acknowledged / items).as("acknowledged").isGreaterThanOrEqualTo(acknowledgedShareMin);
    }

    /** The load went on after the pause. */
    void assertAcknowledgedAfterPause(double shareMin) {
        assertThat((count(Fate.ACKNOWLEDGED) - acknowledgedBeforePause) / (double) items)
                .as("acknowledged after the pause")
                .isGreaterThanOrEqualTo(shareMin);
    }

    /** So many are known to be nowhere, and so many of them because a node said so. */
    void assertNotApplied(int least, int refusedLeast) {
        assertThat(count(Fate.NOT_APPLIED)).as("not applied").isGreaterThanOrEqualTo(least);
        assertThat(refused).as("of them by the word of a node").hasValueGreaterThanOrEqualTo(refusedLeast);
    }

    private void compare(int cart, String node, Set<String> found, List<String> lost, List<String> phantoms) {
        for (int item = cart; item < items; item += CARTS) {
            boolean isThere = found.contains(sku(item));
            Fate fate = fates.get(item);
            if (fate == Fate.ACKNOWLEDGED && !isThere) {
                lost.add(sku(item) + " on " + node);
            } else if (fate == Fate.NOT_APPLIED && isThere) {
                phantoms.add(sku(item) + " on " + node);
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
