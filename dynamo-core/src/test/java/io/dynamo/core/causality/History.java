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
 * A random life of one key: replicas that write with fresh, stale or no contexts, send each other their records late,
 * twice and in any order, and lose their disk. Each step is done in three worlds: the sets under test, the naive model,
 * and last-write-wins.
 */
final class History {

    private static final class Replica {
        VersionSet set = VersionSet.EMPTY;
        VersionSet last = VersionSet.EMPTY;
        Naive naive = Naive.empty();
        Actor own;
        long clock;
        final long skewMillis;

        Replica(Actor own, long skewMillis) {
            this.own = own;
            this.skewMillis = skewMillis;
        }
    }

    private record Sent(VersionSet set, VersionSet last, Naive naive) {}

    private record Client(CausalContext context, TreeSet<Dot> seen, long highestTimestamp) {}

    private final SplittableRandom random;
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Sent> network = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final Map<Dot, Version> minted = new TreeMap<>();
    private final TreeSet<Dot> replaced = new TreeSet<>();
    private long wallMillis = 1_000;
    private long actors;

    History(SplittableRandom random) {
        this.random = random;
        int count = random.nextInt(2, 5);
        for (int i = 0; i < count; i++) {
            replicas.add(new Replica(nextActor(), random.nextLong(3)));
        }
        clients.add(new Client(CausalContext.EMPTY, new TreeSet<>(), 0));
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            Replica replica = replicas.get(random.nextInt(replicas.size()));
            step(replica);
            check(replica);
        }
        assertEveryoneConverges();
    }

    private void step(Replica replica) {
        wallMillis += random.nextLong(2);
        int what = random.nextInt(20);
        if (what < 6) {
            put(replica, clients.get(random.nextInt(clients.size())));
        } else if (what < 9) {
            clients.add(read(replica));
        } else if (what < 13) {
            send(replica);
        } else if (what < 19) {
            if (!network.isEmpty()) {
                receive(replica, network.get(random.nextInt(network.size())));
            }
        } else if (random.nextInt(4) == 0) {
            loseDisk(replica);
        }
    }

    private void put(Replica at, Client client) {
        if (at.set.context().highest(at.own) < client.context.highest(at.own)) {
            at.own = nextActor();
        }
        at.clock = HybridClock.next(wallMillis + at.skewMillis, Math.max(at.clock, client.highestTimestamp));
        Dot dot = new Dot(at.own, at.set.context().highest(at.own) + 1);
        byte[] value = random.nextInt(4) == 0 ? null : new byte[] {(byte) minted.size()};
        Version version = new Version(dot, at.clock, 0, new WriteId(wallMillis, minted.size()), value);
        assertThat(minted.put(dot, version)).as("dot minted twice").isNull();
        replaced.addAll(client.seen);
        for (Dot seen : client.seen) {
            assertThat(minted.get(seen).timestamp())
                    .as("a write is above all it covers")
                    .isLessThan(at.clock);
        }

        at.set = at.set.write(client.context, version);
        at.last = at.last.write(client.context, version).lastWriteOnly();
        at.naive = at.naive.write(client.seen, version);

        TreeSet<Dot> seen = new TreeSet<>(client.seen);
        seen.add(dot);
        CausalContext returned = client.context.with(dot);
        assertThat(Naive.dotsOf(returned)).as("returned context").isEqualTo(seen);
        clients.add(new Client(returned, seen, at.clock));
    }

    /** Sometimes of two replicas, as a read quorum does. */
    private Client read(Replica replica) {
        VersionSet set = replica.last;
        Naive naive = replica.naive;
        if (random.nextBoolean()) {
            Replica other = replicas.get(random.nextInt(replicas.size()));
            set = set.merge(other.last).lastWriteOnly();
            naive = naive.merge(other.naive);
        }
        return new Client(set.context(), naive.seen(), set.highestTimestamp());
    }

    private void send(Replica from) {
        network.add(new Sent(from.set, from.last, from.naive));
    }

    private void receive(Replica at, Sent sent) {
        at.set = at.set.merge(sent.set);
        at.last = at.last.merge(sent.last).lastWriteOnly();
        at.naive = at.naive.merge(sent.naive);
    }

    /** What it had sent before is still around; it comes back knowing nothing, under a new name. */
    private void loseDisk(Replica replica) {
        send(replica);
        replica.set = VersionSet.EMPTY;
        replica.last = VersionSet.EMPTY;
        replica.naive = Naive.empty();
        replica.clock = 0;
        replica.own = nextActor();
    }

    private void check(Replica replica) {
        replica.naive.assertSameAs(replica.set);
        assertThat(replica.last).as("last write of what all writes made").isEqualTo(replica.set.lastWriteOnly());
        assertThat(replica.last.highestTimestamp())
                .as("no timestamp that was seen is above the live one")
                .isEqualTo(replica.naive.seen().stream()
                        .mapToLong(dot -> minted.get(dot).timestamp())
                        .max()
                        .orElse(0));
    }

    private void assertEveryoneConverges() {
        replicas.forEach(this::send);
        for (Replica replica : replicas) {
            List<Sent> inAnyOrder = new ArrayList<>(network);
            Generated.shuffle(random, inAnyOrder);
            inAnyOrder.forEach(sent -> receive(replica, sent));
            check(replica);
        }
        TreeSet<Dot> alive = new TreeSet<>(minted.keySet());
        alive.removeAll(replaced);
        for (Replica replica : replicas) {
            assertThat(replica.set.encoded()).isEqualTo(replicas.get(0).set.encoded());
            assertThat(replica.last.encoded()).isEqualTo(replicas.get(0).last.encoded());
            assertThat(replica.set.versions())
                    .as("exactly what nobody replaced")
                    .extracting(Version::dot)
                    .containsExactlyElementsOf(alive);
        }
    }

    private Actor nextActor() {
        actors++;
        return new Actor(random.nextInt(2) == 0 ? 1 : -1, actors % 3, actors);
    }
}
