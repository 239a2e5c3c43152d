package io.dynamo.core.purge;

import io.dynamo.core.coordinate.Coordinator;
import io.dynamo.core.coordinate.Handoff;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.repair.RepairLane;
import io.dynamo.core.replica.Deletes;
import io.dynamo.core.replica.Deletes.Candidate;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The purging of one lane: looks again and again for what was deleted long enough ago in its partitions, and for what runs have
 * left that are over; where this node is the first owner, has it settled. Answers when others do.
 */
public final class PurgeLane {

    private static final Logger LOG = LoggerFactory.getLogger(PurgeLane.class);
    private static final int BYTES_MAX = 32 << 10;
    private static final int ENTRY_BYTES = 32;
    private static final long AT_ONCE_NANOS = 1;

    final PurgeParts parts;
    final Coordinator coordinator;
    final SettleServer server;
    private final Lane lane;
    private final Deletes deletes;
    private final NodeRuntime runtime;
    private final int number;
    private final List<Integer> partitions = new ArrayList<>();
    // The highest number that was heard of in a partition that is being settled; by its absence, none is.
    private final SortedMap<Integer, Long> epochs = new TreeMap<>();
    private final TreeSet<Integer> running = new TreeSet<>();
    // Nobody needs to wait for their answers when the lane ends.
    final List<Poll> polls = new ArrayList<>();
    private final SortedMap<Integer, List<String>> blockedBy = new TreeMap<>();
    private volatile Map<String, Integer> blocked = Collections.emptyMap();
    private boolean isClosed;

    /**
     * What a lane is made of.
     *
     * @param lane the lane
     * @param number its number
     * @param partitions Q
     * @param replica its data
     * @param coordinator its requests
     * @param handoff what it hands over
     * @param repair its comparisons
     */
    public record Home(
            Lane lane,
            int number,
            int partitions,
            Replica replica,
            Coordinator coordinator,
            Handoff handoff,
            RepairLane repair) {}

    /**
     * The purging of one lane.
     *
     * @param parts shared by the node
     * @param home the lane
     */
    public PurgeLane(PurgeParts parts, Home home) {
        this.parts = parts;
        this.coordinator = home.coordinator();
        this.lane = home.lane();
        this.number = home.number();
        this.deletes = home.replica().deletes();
        this.runtime = parts.shared().runtime();
        Older older = new Older(home.replica(), home.coordinator(), home.handoff(), home.repair());
        this.server = new SettleServer(parts.shared(), deletes, older, home.partitions());
    }

    /**
     * A partition of this lane is looked at from now on.
     *
     * @param partition its number
     */
    public void care(int partition) {
        partitions.add(partition);
    }

    /** Begins; {@link #care} comes first. */
    public void start() {
        if (parts.everyNanos() > 0 && !partitions.isEmpty()) {
            later(runtime.random("purge-" + number).nextLong(parts.everyNanos()), this::round);
        }
    }

    /**
     * Answers a step that another node asks for.
     *
     * @param from who asks
     * @param request the step
     * @return false if it is for somebody else to answer
     */
    public boolean answer(Peer from, Message.Request request) {
        if (!(request instanceof SettleRequest settle)) {
            return false;
        }
        server.answer(from.id(), settle, response -> {
            if (response != null) {
                from.send(response);
            }
        });
        return true;
    }

    /**
     * Who holds up the removal of something deleted, as of the last time it was tried. Thread: any.
     *
     * @return in how many partitions, by member
     */
    public Map<String, Integer> blocked() {
        return blocked;
    }

    /** Ends what is under way; it is done again in the next run. */
    public void close() {
        isClosed = true;
        polls.forEach(Poll::stop);
        polls.clear();
    }

    boolean isClosed() {
        return isClosed;
    }

    void later(long nanos, Runnable task) {
        runtime.schedule(
                nanos,
                () -> lane.execute(() -> {
                    if (!isClosed) {
                        task.run();
                    }
                }));
    }

    private void round() {
        partitions.forEach(this::look);
        later(parts.everyNanos(), this::round);
    }

    private void look(int partition) {
        if (running.contains(partition) || parts.shared().behind().lacks(partition)) {
            return;
        }
        try {
            List<Candidate> batch = batch(deletes.due(partition, SettleRequest.ITEMS_MAX));
            Peer[] list = parts.shared().route().get().preferenceList(partition);
            if (batch.isEmpty() || !list[0].isSelf()) {
                blockedBy(partition, List.of());
                return;
            }
            List<String> unlinked = Arrays.stream(list)
                    .filter(peer -> !peer.isLinked())
                    .map(Peer::id)
                    .toList();
            if (unlinked.isEmpty()) {
                settle(partition, batch, list);
            } else {
                blockedBy(partition, unlinked);
            }
        } catch (StorageException e) {
            LOG.warn("cannot look for what was deleted in partition {} at present: {}", partition, e.getMessage());
        }
    }

    /** Those of the store that has waited longest. */
    private static List<Candidate> batch(List<Candidate> due) {
        List<Candidate> batch = new ArrayList<>();
        int bytes = 0;
        for (Candidate one : due) {
            if (!one.key().store().equals(due.get(0).key().store())) {
                continue;
            }
            bytes += one.key().bytes().length + ENTRY_BYTES * one.entries().entries();
            if (bytes > BYTES_MAX && !batch.isEmpty()) {
                break;
            }
            batch.add(one);
        }
        return batch;
    }

    private void settle(int partition, List<Candidate> batch, Peer[] list) {
        long epoch = Math.max(deletes.epoch(partition), epochs.getOrDefault(partition, 0L)) + 1;
        running.add(partition);
        new Settle(this, batch, epoch, list, ended -> {
                    running.remove(partition);
                    epochs.put(partition, ended.epoch());
                    blockedBy(partition, ended.blockedBy());
                    if (ended.purged() == batch.size()) {
                        later(AT_ONCE_NANOS, () -> look(partition));
                    }
                })
                .start();
    }

    private void blockedBy(int partition, List<String> members) {
        List<String> before = members.isEmpty() ? blockedBy.remove(partition) : blockedBy.put(partition, members);
        if (!members.equals(before == null ? List.of() : before)) {
            SortedMap<String, Integer> counted = new TreeMap<>();
            blockedBy.values().forEach(all -> all.forEach(member -> counted.merge(member, 1, Integer::sum)));
            blocked = Collections.unmodifiableSortedMap(counted);
        }
    }
}
