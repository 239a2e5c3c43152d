package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.ContextTokens;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.config.SettingsReader;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.replica.Hints;
import io.dynamo.core.ring.Placement;
import io.dynamo.core.ring.Ring;
import io.dynamo.core.ring.RingMember;
import io.dynamo.core.wire.Message;
import io.dynamo.spi.Durability;
import io.dynamo.spi.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Real nodes on one thread, with a network and disks that do what a test wants; the same every time. Blocking calls let
 * time pass. Closing checks that no dot was ever given to two writes.
 */
final class TestCluster implements AutoCloseable {

    static final Codec<String> TEXT = Codec.utf8();
    static final Duration SECOND = Duration.ofSeconds(1);

    private static final int FIRST_PORT = 1000;

    final TestTime time = new TestTime();
    final TestNetwork network = new TestNetwork(time);
    private final List<String> ids = new ArrayList<>();
    private final Map<String, TestEngine> engines = new TreeMap<>();
    private final Map<String, Running> running = new TreeMap<>();
    private final Map<String, Long> wallOffsetMillis = new TreeMap<>();
    private final DynamoConfig config;
    private long nextSeed = 1;

    private record Running(EmbeddedNode node, NodeCore core, TestRuntime runtime, Transport transport) {}

    private TestCluster(int nodes, DynamoConfig given) {
        DynamoConfig all = given;
        for (int i = 0; i < nodes; i++) {
            String id = String.valueOf((char) ('a' + i));
            ids.add(id);
            engines.put(id, new TestEngine());
            all = all.with("cluster.members." + i + ".id", id)
                    .with("cluster.members." + i + ".host", "test")
                    .with("cluster.members." + i + ".port", FIRST_PORT + i);
        }
        config = all;
    }

    /** A linked cluster of nodes a, b, c, …; settings are names and values in turn. */
    static TestCluster of(int nodes, String... settings) {
        TestCluster cluster = unstarted(nodes, settings);
        cluster.ids.forEach(id -> cluster.start(id));
        cluster.link();
        return cluster;
    }

    static TestCluster unstarted(int nodes, String... settings) {
        // Reads ask no more than they must, and nobody else asks, so that tests know who is asked.
        return new TestCluster(
                nodes, with(DynamoConfig.empty().with("read.repair-sample", 0).with("repair.every", "off"), settings));
    }

    private static DynamoConfig with(DynamoConfig base, String... settings) {
        DynamoConfig all = base;
        for (int i = 0; i < settings.length; i += 2) {
            all = all.with(settings[i], settings[i + 1]);
        }
        return all;
    }

    /** Starts a node on its disk; settings are laid over those of the cluster. */
    void start(String id, String... settings) {
        CompletableFuture<NodeCore> started = starting(id, settings);
        time.runUntil(started::isDone, Duration.ofMinutes(1));
        try {
            started.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Begins to start a node: it is among the others once its disk lets it. */
    CompletableFuture<NodeCore> starting(String id, String... settings) {
        TestRuntime runtime = new TestRuntime(time, nextSeed++, wallOffsetMillis.getOrDefault(id, 0L));
        NodeSettings read =
                SettingsReader.read(with(config.with("node.id", id), settings)).require(List.of());
        Transport transport = network.transport(id, FIRST_PORT + ids.indexOf(id));
        Endpoint endpoint = new Endpoint(transport);
        return NodeCore.start(new NodeParts(
                        read,
                        new NodeParts.Host(runtime, true, 4),
                        new NodeParts.Storage(engines.get(id), Durability.SYNC),
                        endpoint))
                .thenApply(core -> {
                    running.put(id, new Running(new EmbeddedNode(core, transport::close), core, runtime, transport));
                    return core;
                });
    }

    /** Waits as {@code DynamoNode.open} does before it returns. */
    void awaitReady(String id, Duration limit) {
        Running one = running.get(id);
        Readiness.await(one.node(), one.runtime(), limit, ids.size() - 1);
    }

    /** Lets time pass until every running node has a link to every other. */
    void link() {
        time.runUntil(
                () -> running.values().stream()
                        .allMatch(one -> one.node().health().missing().size() == ids.size() - running.size()),
                Duration.ofSeconds(10));
        // Who was linked to an earlier run of a node still has to hear from the present one.
        time.run(Duration.ofMillis(20));
    }

    /** Lets time pass until the others know that a killed or cut off node does not answer. */
    void noticeSilence() {
        time.run(Duration.ofSeconds(5));
    }

    void kill(String... which) {
        for (String id : which) {
            Running gone = running.remove(id);
            gone.runtime().die();
            gone.transport().close();
        }
    }

    /** From now on a node's timers are late, until it goes on. */
    void standStill(String id) {
        running.get(id).runtime().standStill();
    }

    void goOn(String id) {
        running.get(id).runtime().goOn();
    }

    /** Ends a node in good order. */
    void stop(String id) {
        running.remove(id).node().close();
    }

    void restart(String id, String... settings) {
        kill(id);
        start(id, settings);
        link();
    }

    /** The node's wall clock from its next start on. */
    void setClock(String id, Duration offset) {
        wallOffsetMillis.put(id, offset.toMillis());
    }

    /** Interrupts whoever waits on a node, for as long as an action lasts. */
    void interrupting(String id, Runnable action) {
        TestRuntime runtime = running.get(id).runtime();
        runtime.interruptsWaits = true;
        action.run();
        runtime.interruptsWaits = false;
    }

    EmbeddedNode node(String id) {
        return running.get(id).node();
    }

    NodeCore core(String id) {
        return running.get(id).core();
    }

    /** Sends what no node would send by itself. */
    void tell(String from, String to, Message message) {
        Peer[] all = running.get(from).core().route().preferenceList(0);
        Arrays.stream(all).filter(peer -> peer.id().equals(to)).forEach(peer -> peer.send(message));
        time.run(Duration.ofMillis(2));
    }

    /** What a node holds for others. */
    Hints.Figures hints(String id) {
        return running.get(id).core().hints();
    }

    TestEngine engine(String id) {
        return engines.get(id);
    }

    void changeEngine(String id, TestEngine engine) {
        engines.put(id, engine);
    }

    /** A store of text whose siblings stay apart. */
    Store<String> text(String id) {
        return node(id).store("notes", TEXT, Reconciler.siblings());
    }

    /** What a node holds of a key of the store {@link #text}, without asking anyone else. */
    VersionSet held(String id, String key) {
        return held(id, "notes", key);
    }

    VersionSet held(String id, String store, String key) {
        Running one = running.get(id);
        ReadPlan local = new ReadPlan(1, 0, false, SECOND.toNanos(), false);
        VersionSet set = one.runtime()
                .done(one.core().get(store, key.getBytes(StandardCharsets.UTF_8), local))
                .set();
        network.watchDots(set);
        return set;
    }

    /** The live values of a key on one node, sorted. */
    List<String> values(String id, String key) {
        return held(id, key).versions().stream()
                .map(version -> version.isTombstone() ? "(deleted)" : TEXT.decode(version.value()))
                .sorted()
                .toList();
    }

    /** Lets every node learn what the others know of a key. */
    void repair(String key) {
        text(ids.get(0)).get(key, io.dynamo.api.Option.askAll());
        time.run(SECOND);
    }

    /** A key that a node is no replica of. */
    String keyNotOn(String id, int replicas) {
        return keyNotOn(id, replicas, "k");
    }

    String keyNotOn(String id, int replicas, String prefix) {
        return findKey(prefix, key -> !preferenceList(key).subList(0, replicas).contains(id));
    }

    String keyNextTo(String key) {
        int partitions = partitions();
        int partition = Ring.partition(Ring.position(key.getBytes(StandardCharsets.UTF_8)), partitions);
        return findKey(
                "next",
                other ->
                        Ring.partition(Ring.position(other.getBytes(StandardCharsets.UTF_8)), partitions) == partition);
    }

    List<String> preferenceList(String key) {
        Placement placement =
                Placement.of(ids.stream().map(id -> new RingMember(id, 1, "")).toList(), partitions());
        int partition = Ring.partition(Ring.position(key.getBytes(StandardCharsets.UTF_8)), partitions());
        return Arrays.stream(placement.preferenceList(partition))
                .mapToObj(ids::get)
                .toList();
    }

    private static String findKey(String prefix, java.util.function.Predicate<String> fits) {
        for (int i = 0; ; i++) {
            if (fits.test(prefix + i)) {
                return prefix + i;
            }
        }
    }

    private int partitions() {
        return config.get("cluster.partitions").map(Integer::parseInt).orElse(256);
    }

    static CausalContext seen(Context context) {
        return ((ContextTokens.Seen) context).causal();
    }

    @Override
    public void close() {
        assertThat(network.reusedDots()).as("dots given to two writes").isEmpty();
    }
}
