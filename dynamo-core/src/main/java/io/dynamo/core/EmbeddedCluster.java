package io.dynamo.core;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.config.NodeSettings.Member;
import io.dynamo.core.transport.InProcessNetwork;
import io.dynamo.spi.StorageEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A cluster in one JVM. All transports are bound first, so that every node knows where the others listen.
 *
 * <p>Thread: any; changes are confined to the callers' threads by replacing one immutable map.
 */
final class EmbeddedCluster implements LocalCluster {

    private static final int NODES_MAX = 26;
    private static final Duration READY_LIMIT = Duration.ofSeconds(10);

    private final DynamoConfig config;
    private final InProcessNetwork network = new InProcessNetwork();
    private final List<Member> members = new ArrayList<>();
    private final Map<String, StorageEngine> memories = new TreeMap<>();
    private final Map<String, EmbeddedNode> running = new ConcurrentSkipListMap<>();

    private EmbeddedCluster(DynamoConfig config) {
        this.config = config;
    }

    static EmbeddedCluster open(int nodes, DynamoConfig config) {
        if (nodes < 1 || nodes > NODES_MAX) {
            throw new IllegalArgumentException("nodes = " + nodes + "; allowed: 1 to " + NODES_MAX);
        }
        EmbeddedCluster cluster = new EmbeddedCluster(config);
        try {
            cluster.openAll(nodes);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private void openAll(int nodes) {
        List<NodeOpener> openers = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            ids.add(String.valueOf((char) ('a' + i)));
        }
        for (int i = 0; i < nodes; i++) {
            openers.add(NodeOpener.prepare(configOf(ids.get(i), ids, i), network));
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (NodeOpener opener : openers) {
            Endpoint endpoint = opener.bind();
            endpoints.add(endpoint);
            members.add(new Member(opener.settings().nodeId(), endpoint.address(), 1, ""));
        }
        for (int i = 0; i < nodes; i++) {
            start(openers.get(i), endpoints.get(i));
        }
        running.values().forEach(this::awaitReady);
    }

    private EmbeddedNode start(NodeOpener opener, Endpoint endpoint) {
        String id = opener.settings().nodeId();
        if (isInMemory()) {
            opener.keep(new KeptStorage(memories.computeIfAbsent(id, ignored -> opener.openEngine())));
        }
        EmbeddedNode node = opener.open(endpoint, withMembers(opener.settings()));
        running.put(id, node);
        return node;
    }

    /** Members have the addresses that were really bound. */
    private NodeSettings withMembers(NodeSettings settings) {
        NodeSettings.Cluster cluster = settings.cluster();
        return new NodeSettings(
                settings.nodeId(),
                new NodeSettings.Cluster(
                        cluster.name(), cluster.secret(), cluster.partitions(), members, cluster.readyTimeout()),
                settings.limits(),
                settings.requests(),
                settings.detector(),
                settings.repair(),
                settings.storeDefaults(),
                settings.stores(),
                settings.profiles());
    }

    /** Each node has its own id, port and directory; everything else is shared. */
    private DynamoConfig configOf(String id, List<String> ids, int number) {
        DynamoConfig own = config.with("node.id", id);
        for (int i = 0; i < ids.size(); i++) {
            own = own.with("cluster.members." + i + ".id", ids.get(i))
                    .with("cluster.members." + i + ".host", "127.0.0.1")
                    // A place holder where it is not known yet: the bound address takes its place.
                    .with("cluster.members." + i + ".port", Math.max(i + 1, portOf(i)));
        }
        String port = "transport." + config.get("transport.type").orElse("in-process") + ".port";
        String path = "storage." + config.get("storage.engine").orElse("memory") + ".path";
        own = isInProcess() || firstPort().isEmpty() ? own : own.with(port, portOf(number));
        return isInMemory() ? own : own.with(path, config.get(path).orElse("data") + "/" + id);
    }

    /** Known once bound; before that the given first port and those after it, or whatever is free. */
    private int portOf(int number) {
        if (number < members.size()) {
            return members.get(number).address().port();
        }
        int first = firstPort().orElse(0);
        return first == 0 ? 0 : first + number;
    }

    /** Empty if it is no number: then it stays as it was given, to be refused with whatever else is wrong. */
    private OptionalInt firstPort() {
        String port = "transport." + config.get("transport.type").orElse("in-process") + ".port";
        try {
            return OptionalInt.of(Integer.parseInt(config.get(port).orElse("0")));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private boolean isInMemory() {
        return config.get("storage.engine").orElse("memory").equals("memory");
    }

    private boolean isInProcess() {
        return config.get("transport.type").orElse("in-process").equals("in-process");
    }

    @Override
    public DynamoNode node(String id) {
        EmbeddedNode node = running.get(known(id));
        if (node == null) {
            throw new IllegalStateException("node " + id + " is killed; restart it first");
        }
        return node;
    }

    @Override
    public List<DynamoNode> nodes() {
        return List.copyOf(running.values());
    }

    @Override
    public void kill(String id) {
        EmbeddedNode node = running.get(known(id));
        if (node != null) {
            node.kill();
            // Not before: a node that refused to end, on one of its own threads, is still there.
            running.remove(node.id(), node);
        }
    }

    @Override
    public DynamoNode restart(String id) {
        String name = known(id);
        if (running.containsKey(name)) {
            throw new IllegalStateException("node " + name + " is running; kill it first");
        }
        List<String> ids = members.stream().map(Member::id).toList();
        NodeOpener opener = NodeOpener.prepare(configOf(name, ids, ids.indexOf(name)), network);
        EmbeddedNode node = start(opener, opener.bind());
        awaitReady(node);
        return node;
    }

    /** Alone it need not wait for others, who live in this object and nowhere else. */
    private void awaitReady(EmbeddedNode node) {
        Readiness.await(node, node.runtime(), READY_LIMIT, running.size() == 1 ? 0 : members.size() - 1);
    }

    private String known(String id) {
        String name = id.toLowerCase(Locale.ROOT);
        if (members.stream().noneMatch(member -> member.id().equals(name))) {
            throw new IllegalArgumentException("no node '" + id + "'; known nodes: "
                    + members.stream().map(Member::id).toList());
        }
        return name;
    }

    @Override
    public void close() {
        running.values().forEach(EmbeddedNode::close);
        running.clear();
        memories.values().forEach(StorageEngine::close);
    }
}
