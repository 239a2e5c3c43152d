package io.dynamo.core.repair;

import io.dynamo.core.coordinate.Coordinator;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.runtime.Lane;
import io.dynamo.core.wire.CompareRecordRequest;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.LeafRequest;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.SubtreesRequest;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The repair of one lane: it compares its partitions with other owners', and answers when they do. */
public final class RepairLane {

    final RepairParts parts;
    final Lane lane;
    final Replica replica;
    final Coordinator coordinator;
    final TreeBuilder trees;
    private final TreeServer server;
    private final RepairRounds rounds;
    private final CatchUp catchUp;

    /**
     * The repair of one lane.
     *
     * @param parts shared by the node
     * @param lane the lane
     * @param number the lane's number
     * @param replica the lane's data
     * @param coordinator the lane's requests
     */
    public RepairLane(RepairParts parts, Lane lane, int number, Replica replica, Coordinator coordinator) {
        this.parts = parts;
        this.lane = lane;
        this.replica = replica;
        this.coordinator = coordinator;
        this.trees = new TreeBuilder(parts.shared().runtime(), lane, replica.trees(), parts.slices());
        this.server = new TreeServer(parts, replica, trees);
        this.rounds = new RepairRounds(this, number);
        this.catchUp = new CatchUp(this, rounds);
    }

    /**
     * A partition of this lane is compared from now on, again and again.
     *
     * @param partition its number
     */
    public void care(int partition) {
        rounds.care(partition);
    }

    /** Begins; {@link #care} comes first. */
    public void start() {
        rounds.start();
    }

    /**
     * Compares a partition with all its other owners, at once and whoever's turn it would be.
     *
     * @param partition its number
     * @param done gets what came of each of them; on this lane
     */
    public void compareNow(int partition, Consumer<Outcome> done) {
        rounds.compareNow(partition, done);
    }

    /**
     * This node has lost its data: brings partitions of this lane up to date, however long that takes.
     *
     * @param partitions their numbers
     */
    public void catchUp(List<Integer> partitions) {
        catchUp.begin(partitions);
    }

    /**
     * With whom partitions of this lane have yet to be compared before they are up to date.
     *
     * @return ids, as of the last round; any thread may ask
     */
    public List<String> waitingFor() {
        return catchUp.waitingFor();
    }

    /**
     * Answers a question of another owner.
     *
     * @param from who asks
     * @param key the key it asks about, if it does
     * @param request the question
     */
    public void answer(Peer from, @Nullable StoredKey key, Message.Request request) {
        if (request instanceof CompareTreesRequest compare) {
            server.compare(from, compare);
        } else if (request instanceof SubtreesRequest subtrees) {
            server.subtrees(from, subtrees);
        } else if (request instanceof LeafRequest leaf) {
            server.leaves(from, leaf);
        } else if (key != null && request instanceof CompareRecordRequest compare) {
            server.record(from, key, compare);
        }
    }

    /**
     * Whether a comparison of a partition is under way that began before some time: it may hold records as they were then.
     *
     * @param partition its number
     * @param beforeNanos the time
     * @return also if this node catches up
     */
    public boolean isComparing(int partition, long beforeNanos) {
        return rounds.isComparing(partition, beforeNanos);
    }

    /** Ends what is under way; it is done again in the next run. */
    public void close() {
        catchUp.close();
        rounds.close();
        trees.close();
    }

    /** A key of another owner. */
    StoredKey key(String store, byte[] key) {
        return StoredKey.of(store, key, parts.limits().partitions());
    }
}
