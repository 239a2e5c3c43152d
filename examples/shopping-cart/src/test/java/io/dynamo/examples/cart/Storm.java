package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.DynamoConfig.Setting;
import io.dynamo.examples.cart.RestClient.Answer;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.storage.rocksdb.RocksDbStorageProvider;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;

/**
 * Clients that write while nodes are killed and started again, at most two of them down, and what became of it. A client
 * whose node fails tries the next one.
 */
final class Storm {

    private static final int CLIENTS = 8;
    private static final int CARTS = 40;
    private static final int DOWN_MAX = 2;
    private static final int KILLS_MIN = 4;
    // Carts grow with each write.
    private static final long PAUSE_MILLIS = 100;

    /** Failures are noticed within this time after a kill; who is refused meanwhile is not counted. */
    private static final long NOTICE_NANOS = Duration.ofSeconds(2).toNanos();

    private static final Duration HEALED_WITHIN = Duration.ofSeconds(60);

    private final String name;
    private final Processes cluster;
    private final int replicas;
    private final long seed = Long.getLong("writeable.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Set<String> up = new ConcurrentSkipListSet<>();
    private final Set<Integer> accepted = new ConcurrentSkipListSet<>();
    private final List<String> refused = new ArrayList<>();
    private final AtomicInteger duringNotice = new AtomicInteger();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong killedNanos = new AtomicLong(System.nanoTime() - NOTICE_NANOS);
    private volatile boolean isOver;
    private int kills;
    private long longestNanos;

    Storm(String name, Processes cluster, int replicas) {
        this.name = name;
        this.cluster = cluster;
        this.replicas = replicas;
        up.addAll(cluster.ids());
    }

    /** Blows for a while, and judges. */
    void blow(Duration length) throws InterruptedException {
        System.out.println(name + ": replay with -Dwriteable.seed=" + seed);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Thread(this::writeOn, "client-" + i));
        }
        clients.forEach(Thread::start);
        long endNanos = System.nanoTime() + length.toNanos();
        while (System.nanoTime() - endNanos < 0 || kills < KILLS_MIN) {
            pause(500 + random.nextInt(2_500));
            killOrStart();
        }
        for (String id : cluster.ids()) {
            if (!up.contains(id)) {
                start(id);
            }
        }
        long startedNanos = System.nanoTime();
        isOver = true;
        for (Thread client : clients) {
            client.join();
        }
        awaitHealed();
        long healedMillis = (System.nanoTime() - startedNanos) / 1_000_000;
        List<String> lost = lost();
        tell(healedMillis, lost.size());
        assertThat(refused).as("writes that no node took").isEmpty();
        assertThat(lost).as("acknowledged and not there").isEmpty();
        cluster.stopAll();
        assertReplicasAreAlike();
    }

    private void tell(long healedMillis, int lost) {
        System.out.printf(
                Locale.ROOT,
                "%s: %d kills, %d writes accepted, %d refused (and %d within 2 s of a kill), longest %d ms, %d lost; alike %d ms after"
                        + " the last start%n",
                name,
                kills,
                accepted.size(),
                refused.size(),
                duringNotice.get(),
                longestNanos / 1_000_000,
                lost,
                healedMillis);
    }

    private void killOrStart() {
        int down = cluster.ids().size() - up.size();
        // Two at once at first; then as it comes.
        boolean isKill = down < DOWN_MAX && (kills < DOWN_MAX || down == 0 || random.nextBoolean());
        List<String> chosen =
                cluster.ids().stream().filter(id -> up.contains(id) == isKill).toList();
        String id = chosen.get(random.nextInt(chosen.size()));
        if (isKill) {
            up.remove(id);
            killedNanos.set(System.nanoTime());
            cluster.kill(id);
            kills++;
        } else {
            start(id);
        }
    }

    private void start(String id) {
        cluster.start(id);
        up.add(id);
    }

    private void writeOn() {
        while (!isOver) {
            write(next.getAndIncrement());
            pause(PAUSE_MILLIS);
        }
    }

    /** Tries each node once, those that are down included: a client does not know. */
    private void write(int item) {
        long beganNanos = System.nanoTime();
        StringBuilder answers = new StringBuilder();
        List<String> ids = cluster.ids();
        for (int tries = 0; tries < ids.size(); tries++) {
            String id = ids.get((item + tries) % ids.size());
            String answer = tryOn(id, item);
            if (answer.isEmpty()) {
                accepted.add(item);
                took(System.nanoTime() - beganNanos);
                return;
            }
            answers.append(id).append(": ").append(answer).append("; ");
        }
        if (beganNanos - killedNanos.get() < NOTICE_NANOS) {
            duringNotice.incrementAndGet();
        } else {
            synchronized (refused) {
                refused.add(sku(item) + " while " + up + " were up: " + answers);
            }
        }
    }

    private synchronized void took(long nanos) {
        longestNanos = Math.max(longestNanos, nanos);
    }

    /** Empty if it was taken. */
    private String tryOn(String id, int item) {
        try {
            Answer answer = cluster.client(id).add(cart(item), id, sku(item), 1);
            return answer.status() == 200 ? "" : answer.status() + " " + answer.json();
        } catch (UncheckedIOException e) {
            return String.valueOf(e.getCause());
        }
    }

    /** With R = 1 an owner answers from what it holds itself. */
    private void awaitHealed() {
        Awaitility.await("the same on every node")
                .atMost(HEALED_WITHIN)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    for (int cart = 0; cart < CARTS; cart++) {
                        Set<String> answers = new TreeSet<>();
                        for (String id : cluster.ids()) {
                            Answer answer = cluster.client(id).get("/carts/" + cart(cart));
                            answers.add(answer.context() + answer.items());
                        }
                        if (answers.size() > 1) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    private List<String> lost() {
        List<String> lost = new ArrayList<>();
        for (String id : cluster.ids()) {
            for (int cart = 0; cart < CARTS; cart++) {
                Set<String> found =
                        cluster.client(id).get("/carts/" + cart(cart)).items().keySet();
                for (int item : accepted) {
                    if (item % CARTS == cart && !found.contains(sku(item))) {
                        lost.add(sku(item) + " on " + id);
                    }
                }
            }
        }
        return lost;
    }

    /**
     * On disk: each record's digest on as many nodes as there are replicas, and on all of them the same. Beside it there may be when to look
     * at the record, which follows from it, and holds nothing.
     */
    private void assertReplicasAreAlike() {
        Map<String, List<String>> digests = new TreeMap<>();
        for (String id : cluster.ids()) {
            try (StorageEngine engine = open(id);
                    StorageEngine.Scan scan = engine.scan(Space.TREES, new byte[0], null)) {
                scan.forEachRemaining(entry -> digests.computeIfAbsent(
                                HexFormat.of().formatHex(entry.getKey()), key -> new ArrayList<>())
                        .add(HexFormat.of().formatHex(entry.getValue())));
            }
        }
        assertThat(digests.values().stream().filter(found -> !found.get(0).isEmpty()))
                .as("carts on disk")
                .hasSize(CARTS);
        digests.forEach((key, found) -> {
            assertThat(found).as("replicas of " + key).hasSize(replicas);
            assertThat(Set.copyOf(found)).as("digests of " + key).hasSize(1);
        });
    }

    private StorageEngine open(String id) {
        Map<String, Setting> settings =
                Map.of("path", new Setting(cluster.data(id).toString(), "the test"));
        return new RocksDbStorageProvider()
                .configure(new PluginConfig("storage.rocksdb", settings))
                .open();
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    private static String cart(int item) {
        return "cart-" + item % CARTS;
    }

    private static String sku(int item) {
        return "sku-" + item;
    }
}
