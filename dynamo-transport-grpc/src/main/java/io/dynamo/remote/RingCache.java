package io.dynamo.remote;

import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.remote.proto.AdminGrpc;
import io.dynamo.remote.proto.RingRequest;
import io.dynamo.remote.proto.RingResponse;
import io.dynamo.remote.proto.StoreSettings;
import io.dynamo.spi.Address;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The ring as last heard of: asked from a random node at intervals, and at once when an answer shows that it has changed
 * (Dynamo §6.4).
 */
final class RingCache {

    private static final Logger LOG = System.getLogger("io.dynamo.remote");

    /** Nodes that disagree must not make a client ask all the time. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final ClientSettings settings;
    private final Channels channels;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile @Nullable Ring ring;
    private volatile RingResponse stores = RingResponse.getDefaultInstance();
    private volatile long clockAheadMillis;
    private volatile long askedNanos;

    RingCache(ClientSettings settings, Channels channels) {
        this.settings = settings;
        this.channels = channels;
    }

    /**
     * Asks the seeds, one after the other.
     *
     * @throws QuorumException if none of them answers; its replicas say why
     * @throws IllegalStateException if they belong to another cluster
     */
    void first() {
        List<ReplicaAnswer> tries = new ArrayList<>();
        List<Address> seeds = new ArrayList<>(settings.seeds());
        Collections.shuffle(seeds, ThreadLocalRandom.current());
        for (Address seed : seeds) {
            long start = System.nanoTime();
            try {
                take(AdminGrpc.newBlockingStub(channels.to(seed))
                        .withDeadlineAfter(settings.timeout().toNanos(), TimeUnit.NANOSECONDS)
                        .ring(RingRequest.getDefaultInstance()));
                return;
            } catch (StatusRuntimeException e) {
                Status status = e.getStatus();
                tries.add(new ReplicaAnswer(
                        seed.host() + ":" + seed.port(),
                        ReplicaAnswer.Status.UNREACHABLE,
                        Duration.ofNanos(System.nanoTime() - start),
                        status.getCode() + ": " + status.getDescription()));
            }
        }
        throw new QuorumException("connect to a seed", Outcome.NOT_APPLIED, 1, 0, tries, null);
    }

    void refreshLater(ScheduledExecutorService timer) {
        long millis = settings.refresh().toMillis();
        var unused = timer.scheduleWithFixedDelay(this::refresh, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** An answer named the ring of its node: if it is another one, that node is asked for it. */
    void heard(long digest, Address node) {
        Ring known = ring;
        if (known != null && known.digest() != digest && System.nanoTime() - askedNanos > PAUSE_NANOS) {
            ask(node, known);
        }
    }

    /** A random node is asked, so that a client does not keep to one that lags. */
    private void refresh() {
        Ring known = ring;
        if (known != null) {
            List<Address> nodes = known.members().stream()
                    .filter(node -> !channels.isDown(node))
                    .toList();
            List<Address> from = nodes.isEmpty() ? settings.seeds() : nodes;
            ask(from.get(ThreadLocalRandom.current().nextInt(from.size())), known);
        }
    }

    private void ask(Address node, Ring known) {
        if (!asking.compareAndSet(false, true)) {
            return;
        }
        askedNanos = System.nanoTime();
        StreamObserver<RingResponse> answer = new StreamObserver<>() {
            @Override
            public void onNext(RingResponse response) {
                take(response);
            }

            @Override
            public void onError(Throwable thrown) {
                asking.set(false);
                LOG.log(Level.DEBUG, "no ring from " + node, thrown);
            }

            @Override
            public void onCompleted() {
                asking.set(false);
            }
        };
        try {
            AdminGrpc.newStub(channels.to(node))
                    .withDeadlineAfter(settings.timeout().toNanos(), TimeUnit.NANOSECONDS)
                    .ring(
                            RingRequest.newBuilder()
                                    .setKnownDigest(known.digest())
                                    .build(),
                            answer);
        } catch (RuntimeException e) {
            answer.onError(e);
        }
    }

    private void take(RingResponse response) {
        if (!settings.cluster().isEmpty() && !settings.cluster().equals(response.getCluster())) {
            throw new IllegalStateException("node " + response.getNode() + " belongs to cluster \""
                    + response.getCluster() + "\"; client.cluster is \"" + settings.cluster() + "\"");
        }
        clockAheadMillis = response.getNowMillis() - System.currentTimeMillis();
        stores = response;
        Ring known = ring;
        if (known == null || known.digest() != response.getDigest()) {
            Ring fresh = Ring.of(response);
            ring = fresh;
            Set<Address> needed = new LinkedHashSet<>(fresh.members());
            needed.addAll(settings.seeds());
            channels.keepOnly(needed);
        }
    }

    /** The cluster's name, as its nodes have it. */
    String cluster() {
        return stores.getCluster();
    }

    /** Whether the last write wins in a store. */
    boolean isLastWriteWins(String store) {
        RingResponse known = stores;
        for (StoreSettings settings : known.getStoresList()) {
            if (settings.getName().equals(store)) {
                return settings.getLastWriteWins();
            }
        }
        return known.getStoreDefaults().getLastWriteWins();
    }

    /** The cluster's clock, for the times of write ids. */
    long nowMillis() {
        return System.currentTimeMillis() + clockAheadMillis;
    }

    /** Whom to ask for a key, those that can't be reached last. */
    List<Address> nodesFor(String key) {
        return reachableFirst(known().preferenceList(key));
    }

    /** Whom to ask for what belongs to no key. */
    List<Address> anyNodes() {
        List<Address> nodes = new ArrayList<>(known().members());
        Collections.shuffle(nodes, ThreadLocalRandom.current());
        return reachableFirst(nodes);
    }

    private Ring known() {
        Ring known = ring;
        if (known == null) {
            throw new IllegalStateException("the client has no ring; it is not connected");
        }
        return known;
    }

    private List<Address> reachableFirst(List<Address> nodes) {
        List<Address> up = new ArrayList<>(nodes.size());
        List<Address> down = new ArrayList<>(0);
        for (Address node : nodes) {
            (channels.isDown(node) ? down : up).add(node);
        }
        up.addAll(down);
        return up;
    }
}
