package io.dynamo.core;

import io.dynamo.api.Status;
import io.dynamo.api.Status.Kind;
import io.dynamo.api.Status.Work;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.coordinate.Coordinator;
import io.dynamo.core.coordinate.CoordinatorParts;
import io.dynamo.core.coordinate.Handoff;
import io.dynamo.core.coordinate.Meters;
import io.dynamo.core.coordinate.Pace;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.Slices;
import io.dynamo.core.purge.PurgeLane;
import io.dynamo.core.purge.PurgeParts;
import io.dynamo.core.repair.RepairLane;
import io.dynamo.core.repair.RepairParts;
import io.dynamo.core.replica.Behind;
import io.dynamo.core.replica.Hints;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.ReplicaParts;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.wire.Hello;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lanes of a node. Thread: any. */
final class NodeLanes {

    private static final Logger LOG = LoggerFactory.getLogger(NodeLanes.class);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final CoordinatorParts shared;
    private final List<NodeLane> lanes = new ArrayList<>();
    private final Background background;
    private final boolean hasHints;
    private final int partitions;

    /**
     * How many there are.
     *
     * @param lanes lanes
     * @param partitions Q
     */
    record Extent(int lanes, int partitions) {}

    /**
     * What work in the background needs.
     *
     * @param hints what is kept for others
     * @param pace which share of its rate it gets
     * @param slices how much of that may be handed over
     * @param stores the policy of each store
     * @param repair how owners are compared
     * @param purge how what was deleted is removed
     */
    record Background(
            Hints hints,
            long hintsAgeMaxMillis,
            Pace pace,
            Slices slices,
            Stores stores,
            RepairParts repair,
            PurgeParts purge) {

        static Background of(NodeSettings settings, CoordinatorParts shared, Hints hints, Stores stores) {
            NodeRuntime runtime = shared.runtime();
            NodeSettings.Limits limits = settings.limits();
            Pace pace = new Pace(
                    runtime, shared.meters(), limits.backgroundLatencyMax().toNanos(), shared.route());
            return new Background(
                    hints,
                    limits.hints().ageMax().map(Duration::toMillis).orElse(Long.MAX_VALUE),
                    pace,
                    new Slices(runtime, limits.hints().bytesPerSecond(), pace),
                    stores,
                    stores.repair(shared, new Slices(runtime, settings.repair().bytesPerSecond(), pace)),
                    stores.purge(shared));
        }
    }

    NodeLanes(
            ReplicaParts replicas,
            CoordinatorParts shared,
            Background background,
            Extent extent,
            Consumer<Throwable> broken) {
        this.shared = shared;
        this.background = background;
        this.hasHints = holdsHints(shared.engine());
        for (int number = 0; number < extent.lanes(); number++) {
            lanes.add(lane(replicas.replica(number), number, broken));
        }
        for (int partition = 0; partition < extent.partitions(); partition++) {
            of(partition).replica().mayRememberIn(partition, hasHints);
        }
        this.partitions = extent.partitions();
    }

    private NodeLane lane(Replica replica, int number, Consumer<Throwable> broken) {
        Lane lane = new Lane(shared.runtime(), replica::commitStaged, broken);
        replica.confineTo(lane);
        Coordinator coordinator = new Coordinator(shared, new CoordinatorParts.Home(lane, number), replica);
        Stores stores = background.stores();
        Handoff handoff = new Handoff(coordinator, background.slices(), stores::policy, background.hintsAgeMaxMillis());
        RequestServer server = new RequestServer(replica, coordinator, shared, stores);
        RepairLane repair = new RepairLane(background.repair(), lane, number, replica, coordinator);
        PurgeLane.Home home = new PurgeLane.Home(
                lane, number, background.repair().limits().partitions(), replica, coordinator, handoff, repair);
        PurgeLane purge = new PurgeLane(background.purge(), home);
        return new NodeLane(lane, replica, coordinator, handoff, server, repair, purge);
    }

    private static boolean holdsHints(StorageEngine engine) {
        try (StorageEngine.Scan scan = engine.scan(Space.HINTS, new byte[0], null)) {
            return scan.hasNext();
        }
    }

    /** The lane of a partition. */
    NodeLane of(int partition) {
        return lanes.get(partition % lanes.size());
    }

    List<NodeLane> all() {
        return lanes;
    }

    /** What the other members are told of this node's work in the background. */
    Hello.Background toldOfBackground() {
        return background.pace().told();
    }

    /** How much may be compared and indexed. */
    Slices repairSlices() {
        return background.repair().slices();
    }

    /** Counts what an earlier run held for others, while the lanes serve. */
    void findHints() {
        if (hasHints) {
            lanes.forEach(lane -> lane.lane().execute(() -> findHints(lane)));
        }
    }

    private void findHints(NodeLane lane) {
        try {
            if (lane.replica().forOthers().countMore()) {
                shared.runtime().execute(() -> lane.lane().execute(() -> findHints(lane)));
            }
        } catch (StorageException e) {
            LOG.warn("cannot read what an earlier run held for others, will try again: {}", e.getMessage());
            shared.runtime().schedule(RETRY_NANOS, () -> lane.lane().execute(() -> findHints(lane)));
        }
    }

    /** From now on all partitions are compared with other owners' again and again, and looked through for what was deleted. */
    void startRepair() {
        for (int partition = 0; partition < partitions; partition++) {
            int number = partition;
            NodeLane lane = of(partition);
            lane.lane().execute(() -> {
                lane.repair().care(number);
                lane.purge().care(number);
            });
        }
        lanes.forEach(lane -> lane.lane().execute(() -> {
            lane.repair().start();
            lane.purge().start();
        }));
    }

    /** This node has lost its data: brings all partitions up to date that are behind. */
    void catchUp() {
        for (NodeLane lane : lanes) {
            List<Integer> own = new ArrayList<>();
            for (int partition = 0; partition < partitions; partition++) {
                if (of(partition) == lane) {
                    own.add(partition);
                }
            }
            lane.lane().execute(() -> lane.repair().catchUp(own));
        }
    }

    /** Members with which some partition has yet to be compared before it is up to date. */
    List<String> waitingFor() {
        SortedSet<String> ids = new TreeSet<>();
        lanes.forEach(lane -> ids.addAll(lane.repair().waitingFor()));
        return List.copyOf(ids);
    }

    /** What they do in the background. */
    Status status(String node, Meters.Figures done, Behind behind) {
        Hints.Figures waiting = background.hints().figures();
        Pace.Figures pace = background.pace().figures();
        int lacking = behind.count(partitions);
        return new Status(
                node,
                pace.share(),
                duration(pace.p99Nanos()),
                duration(pace.quietNanos()),
                List.of(
                        new Work(
                                Kind.HANDOFF,
                                done.handedOver(),
                                waiting.count() + waiting.owed().count()),
                        new Work(
                                Kind.COMPARISON,
                                done.exchanges().count(),
                                background.repair().running().get()),
                        new Work(Kind.CATCHING_UP, partitions - lacking, lacking)));
    }

    private static Optional<Duration> duration(long nanos) {
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    /** In how many partitions a member holds up the removal of what was deleted. */
    Map<String, Integer> purgeBlocked() {
        SortedMap<String, Integer> all = new TreeMap<>();
        lanes.forEach(
                lane -> lane.purge().blocked().forEach((member, count) -> all.merge(member, count, Integer::sum)));
        return all;
    }

    /** A member answers again: what is kept for it goes at once. */
    void returned(Peer member) {
        if (background.hints().isAnyFor(member.id())) {
            lanes.forEach(lane -> lane.lane().execute(() -> lane.handoff().returned(member)));
        }
    }

    /** Write ids are forgotten in slices: each lane's partitions once in every retry window. */
    void forgetWriteIds(long before) {
        for (NodeLane lane : lanes) {
            lane.lane().execute(() -> lane.replica().forgetWriteIds(before));
        }
    }
}
