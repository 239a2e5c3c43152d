package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A random life of one key in a store with clock truncation: nodes start anew again and again, writes reach some replicas, at
 * once, late, twice or never, and records are exchanged. What was replaced may come back here. What nobody replaced must not
 * go, and no dot may name two writes.
 */
final class TruncatedHistory {

    private static final int ENTRIES_MAX = 3;

    private static final class Node {
        final long directory;
        VersionSet set = VersionSet.EMPTY;
        long started;
        long drawn;
        Actor own;

        Node(long directory) {
            this.directory = directory;
        }

        boolean drew(Actor actor) {
            return actor.incarnationHigh() == started && actor.incarnationLow() == directory;
        }
    }

    private record Sent(VersionSet set, CausalContext forgotten) {}

    private record Client(CausalContext context, TreeSet<Dot> seen) {}

    private final SplittableRandom random;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Sent> network = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Map<Dot, Version> minted = new TreeMap<>();
    private final TreeSet<Dot> replaced = new TreeSet<>();
    private long now;
    private int forgottenEntries;

    TruncatedHistory(SplittableRandom random) {
        this.random = random;
        int count = random.nextInt(2, 4);
        for (int i = 0; i < count; i++) {
            nodes.add(new Node(i));
            restart(nodes.get(i));
        }
        clients.add(new Client(CausalContext.EMPTY, new TreeSet<>()));
    }

    /** Gives how many entries were forgotten. */
    int run(int steps) {
        for (int i = 0; i < steps; i++) {
            step(nodes.get(random.nextInt(nodes.size())));
        }
        assertNothingIsLost();
        return forgottenEntries;
    }

    private void step(Node node) {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> put(node, clients.get(random.nextInt(clients.size())));
            case 3 -> clients.add(new Client(node.set.context(), Naive.dotsOf(node.set.context())));
            case 4 -> network.add(new Sent(node.set, CausalContext.EMPTY));
            case 5, 6 -> {
                if (!network.isEmpty()) {
                    receive(node, network.get(random.nextInt(network.size())));
                }
            }
            default -> restart(node);
        }
    }

    private void restart(Node node) {
        node.started = ++now;
        node.drawn = 0;
    }

    private void put(Node at, Client client) {
        VersionSet before = at.set;
        if (at.own == null || !at.drew(at.own) || before.context().highest(at.own) < client.context.highest(at.own)) {
            at.own = new Actor(at.started, at.directory, ++at.drawn);
        }
        Dot dot = new Dot(at.own, before.context().highest(at.own) + 1);
        Version version = new Version(dot, 0, 0, new WriteId(0, minted.size()), new byte[] {1});
        assertThat(minted.put(dot, version)).as("dot minted twice").isNull();
        replaced.addAll(client.seen);

        VersionSet whole = before.write(client.context, version);
        CausalContext forgotten = Truncation.afterWrite(
                before, client.context, whole, ENTRIES_MAX, actor -> !at.drew(actor) && isOver(actor));
        forgottenEntries += forgotten.entries();
        at.set = whole.without(forgotten, at::drew);
        assertThat(at.set.versions()).isEqualTo(whole.versions());
        assertBounded(at.set, before);

        Sent sent = new Sent(whole, forgotten);
        network.add(sent);
        nodes.stream().filter(node -> node != at && random.nextInt(3) > 0).forEach(node -> receive(node, sent));
        TreeSet<Dot> seen = new TreeSet<>(client.seen);
        seen.add(dot);
        clients.add(new Client(client.context.with(dot), seen));
    }

    private boolean isOver(Actor actor) {
        return actor.incarnationHigh() < nodes.get((int) actor.incarnationLow()).started;
    }

    private void assertBounded(VersionSet set, VersionSet before) {
        if (set.context().entries() > 2 * ENTRIES_MAX) {
            assertThat(set.context().actors())
                    .allMatch(actor -> !isOver(actor) || set.hasLiveOf(actor) || before.hasLiveOf(actor));
        }
    }

    private void receive(Node at, Sent sent) {
        at.set = at.set.merge(sent.set).without(sent.forgotten, at::drew);
    }

    private void assertNothingIsLost() {
        VersionSet everything = VersionSet.EMPTY;
        for (Node node : nodes) {
            everything = everything.merge(node.set);
        }
        TreeSet<Dot> alive = new TreeSet<>(minted.keySet());
        alive.removeAll(replaced);
        assertThat(everything.versions()).extracting(Version::dot).containsAll(alive);
    }
}
