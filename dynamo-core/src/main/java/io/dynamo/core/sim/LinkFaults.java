package io.dynamo.core.sim;

import io.dynamo.core.sim.Step.Fault;
import java.util.ArrayList;
import java.util.List;

/** The faults of links: each says which links, and gives back how to end it. */
final class LinkFaults {

    private static final int SLOWER_MAX = 30;

    private final SimulatedCluster cluster;
    private final VirtualNetwork network;
    private final After after;

    private record Link(String from, String to) {}

    /** Lets something happen after so many nanoseconds, unless the faults are over by then. */
    interface After {
        void accept(long nanos, Runnable what);
    }

    LinkFaults(SimulatedCluster cluster, After after) {
        this.cluster = cluster;
        this.after = after;
        this.network = cluster.network();
    }

    /** Begins a fault around a node; what is returned ends it. */
    Runnable strike(Fault fault, String id, List<String> primaries, Chance chance) {
        return switch (fault.kind()) {
            case ISOLATE -> cut(between(List.of(id), all()));
            case HALVES -> cut(halves(shuffled(chance)));
            case BRIDGE -> cut(bridge(id, shuffled(chance)));
            // Of three nodes each is everybody's neighbour.
            case MAJORITY_RING ->
                cut(all().size() < 4 ? bridge(id, shuffled(chance)) : notNeighbours(shuffled(chance)));
            case ONE_WAY -> cut(oneWay(id, chance));
            case PRIMARIES_CUT -> cut(between(primaries, all()));
            case CLOG -> clog(id, fault.lastsNanos());
            case SWIZZLE_CLOG -> swizzle(chance, fault.lastsNanos());
            case SLOW_PEER -> slow(id, 2 + chance.below(SLOWER_MAX - 1));
            default -> throw new IllegalArgumentException(fault.kind() + " is no fault of links");
        };
    }

    private Runnable cut(List<Link> links) {
        links.forEach(link -> network.cut(port(link.from()), port(link.to())));
        return () -> links.forEach(link -> network.mend(port(link.from()), port(link.to())));
    }

    private List<Link> between(List<String> some, List<String> others) {
        List<Link> links = new ArrayList<>();
        for (String one : some) {
            for (String other : others) {
                // Between two of the first group both directions come up twice: once for each of them.
                if (!one.equals(other)) {
                    links.add(new Link(one, other));
                    links.add(new Link(other, one));
                }
            }
        }
        return links;
    }

    private List<Link> halves(List<String> ids) {
        int half = ids.size() / 2;
        return between(ids.subList(0, half), ids.subList(half, ids.size()));
    }

    /** One node reaches both halves of the others. */
    private List<Link> bridge(String id, List<String> ids) {
        ids.remove(id);
        return halves(ids);
    }

    private List<Link> notNeighbours(List<String> ids) {
        int reach = Math.max(1, ids.size() / 4);
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            for (int j = 0; j < ids.size(); j++) {
                int apart = Math.min(Math.floorMod(i - j, ids.size()), Math.floorMod(j - i, ids.size()));
                if (apart > reach) {
                    links.add(new Link(ids.get(i), ids.get(j)));
                }
            }
        }
        return links;
    }

    private List<Link> oneWay(String id, Chance chance) {
        List<Link> links = new ArrayList<>();
        boolean outward = chance.happens(0.5);
        for (String other : all()) {
            if (!other.equals(id) && chance.happens(0.7)) {
                links.add(outward ? new Link(id, other) : new Link(other, id));
            }
        }
        return links;
    }

    private Runnable clog(String id, long lastsNanos) {
        long until = cluster.universe().nowNanos() + lastsNanos;
        for (Link link : between(List.of(id), all())) {
            network.clog(port(link.from()), port(link.to()), until);
        }
        return () -> {};
    }

    private Runnable swizzle(Chance chance, long lastsNanos) {
        List<String> ids = new ArrayList<>(all());
        int victims = 1 + chance.below(ids.size());
        long each = Math.max(1, lastsNanos / (2L * victims));
        for (int i = 0; i < victims; i++) {
            String victim = ids.remove(chance.below(ids.size()));
            long freed = lastsNanos / 2 + each * chance.below(victims);
            long closed = each * i;
            after.accept(closed, () -> clog(victim, freed - closed));
        }
        return () -> {};
    }

    private Runnable slow(String id, int factor) {
        network.slow(port(id), factor);
        return () -> network.slow(port(id), 1);
    }

    private List<String> all() {
        return cluster.ids();
    }

    private List<String> shuffled(Chance chance) {
        List<String> rest = new ArrayList<>(all());
        List<String> shuffled = new ArrayList<>();
        while (!rest.isEmpty()) {
            shuffled.add(rest.remove(chance.below(rest.size())));
        }
        return shuffled;
    }

    private int port(String id) {
        return cluster.machine(id).port();
    }
}
