package io.dynamo.core.config;

import io.dynamo.spi.Address;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a node needs to know, checked.
 *
 * @param nodeId this node's id, one of the members
 * @param cluster who belongs together
 * @param limits what is refused
 * @param requests how requests wait and retry
 * @param detector when a member counts as silent
 * @param repair how owners are compared
 * @param storeDefaults settings of a store that is not named in the configuration
 * @param stores settings by store name
 * @param profiles request options by profile name
 */
public record NodeSettings(
        String nodeId,
        Cluster cluster,
        Limits limits,
        Requests requests,
        Detector detector,
        Repair repair,
        StoreSettings storeDefaults,
        Map<String, StoreSettings> stores,
        Map<String, RequestDefaults> profiles) {

    /**
     * The cluster.
     *
     * @param name its name; nodes of another name are refused
     * @param secret signs context tokens
     * @param partitions Q, fixed for the life of the cluster
     * @param members in configuration order; never empty
     * @param readyTimeout how long opening waits for a quorum of members
     */
    public record Cluster(String name, String secret, int partitions, List<Member> members, Duration readyTimeout) {}

    /**
     * One member.
     *
     * @param id its node id
     * @param address where it listens
     * @param weight its share of the partitions, relative to the others
     * @param zone where it stands; replicas spread over zones
     */
    public record Member(String id, Address address, int weight, String zone) {}

    /**
     * What is refused.
     *
     * @param keyBytesMax longest key as UTF-8
     * @param valueBytesMax longest encoded value
     * @param recordBytesMax longest record with all siblings
     * @param siblingsWarn number of siblings that is logged
     * @param siblingsMax number of siblings above which a write that adds one is refused
     * @param contextBytesMax longest context token
     * @param inFlightMax operations under way on one node
     * @param laneQueueMax tasks of one lane above which requests of other nodes are turned away
     * @param cacheBytesMax memory for decoded records
     * @param chunks what may wait for missing chunks
     * @param hints what is kept for others
     * @param backgroundLatencyMax what 99 of 100 requests may take before work in the background makes way
     */
    public record Limits(
            int keyBytesMax,
            int valueBytesMax,
            int recordBytesMax,
            int siblingsWarn,
            int siblingsMax,
            int contextBytesMax,
            int inFlightMax,
            int laneQueueMax,
            long cacheBytesMax,
            Chunks chunks,
            Hints hints,
            Duration backgroundLatencyMax) {}

    /**
     * Messages of which not all chunks have arrived.
     *
     * @param bytesMax memory for their chunks
     * @param messagesMax how many of them
     * @param ageMax how long after its first chunk one is given up
     */
    public record Chunks(long bytesMax, int messagesMax, Duration ageMax) {}

    /**
     * What a node keeps for others.
     *
     * @param bytesMax of keys and records
     * @param bytesPerSecond handed over at most, to all together
     * @param ageMax after which the other owners of a record get it instead; empty for never
     */
    public record Hints(long bytesMax, long bytesPerSecond, Optional<Duration> ageMax) {}

    /**
     * How requests wait and retry.
     *
     * @param retryWindow how long a write id is remembered; older ones are refused
     * @param sessionLifetime how old the newest write in a session's token may be
     * @param clockSkewMax how far ahead of the wall clock a timestamp may be
     * @param hedgeMin the shortest wait before the next replica is asked
     * @param hedgeMax the longest wait before the next replica is asked
     * @param repairSample share of reads that ask all N for the sake of repair, 0 to 1
     * @param messageLifetime how old a request of another node may be, on its arrival
     */
    public record Requests(
            Duration retryWindow,
            Duration sessionLifetime,
            Duration clockSkewMax,
            Duration hedgeMin,
            Duration hedgeMax,
            double repairSample,
            Duration messageLifetime) {}

    /**
     * When a member counts as silent.
     *
     * @param downAfter how long it may leave requests and probes unanswered
     * @param holdMax the longest time it is asked last before it is probed again
     */
    public record Detector(Duration downAfter, Duration holdMax) {}

    /**
     * How owners of a partition are compared.
     *
     * @param every how long after the end of a comparison the same two are compared again; empty for never
     * @param objectsMax records of one comparison on their way at once
     * @param exchangesMax comparisons that a node has begun and not ended
     * @param bytesPerSecond what a node asks for, sends and indexes at most
     * @param purgeEvery how often a partition is looked through for what was deleted long enough ago; empty for never
     * @param purgeEntries how many entries of runs that are over a record may have before they are forgotten; empty to keep
     *     them
     */
    public record Repair(
            Optional<Duration> every,
            int objectsMax,
            int exchangesMax,
            long bytesPerSecond,
            Optional<Duration> purgeEvery,
            Optional<Integer> purgeEntries) {}

    /**
     * How one store is replicated; the first seven must be the same on all nodes.
     *
     * @param n replicas of each key
     * @param mode what becomes of concurrent writes
     * @param durability what an acknowledgement means; empty for what the engine promises by default
     * @param writeBuffer how many objects a replica may acknowledge before they are written; empty for none
     * @param blindPut whether a put without a context is accepted
     * @param clockTruncation how many entries a record's context may have before the oldest are forgotten; empty to keep
     *     all
     * @param expiresAfter how long a value lives of which its write does not say it; empty for ever
     * @param reconciler name of a shipped reconciler; empty if the application gives its own
     * @param defaults options of a request that gives none
     */
    public record StoreSettings(
            int n,
            Mode mode,
            Optional<StoreDurability> durability,
            Optional<Integer> writeBuffer,
            boolean blindPut,
            Optional<Integer> clockTruncation,
            Optional<Duration> expiresAfter,
            Optional<String> reconciler,
            RequestDefaults defaults) {}

    /** What becomes of concurrent writes. */
    public enum Mode {
        /** All are kept and merged on read. */
        SIBLINGS,
        /** The highest timestamp wins. */
        LWW
    }

    /** What an acknowledgement means. */
    public enum StoreDurability {
        /** Synced to disk. */
        SYNC,
        /** Handed to the operating system. */
        BUFFERED,
        /** The same, and one of the N replicas is told to sync it, which nobody waits for. */
        ONE_OF_N
    }

    /**
     * Options of a request; each is empty where a lower layer decides.
     *
     * @param r answers of a read
     * @param w acknowledgements of a write
     * @param pr of them by primaries
     * @param pw of them by primaries
     * @param durable acknowledgements that are synced
     * @param timeout of the whole request
     * @param askAll whether reads ask all N at once
     */
    public record RequestDefaults(
            Optional<Integer> r,
            Optional<Integer> w,
            Optional<Integer> pr,
            Optional<Integer> pw,
            Optional<Integer> durable,
            Optional<Duration> timeout,
            Optional<Boolean> askAll) {}

    /**
     * The most replicas that any store keeps.
     *
     * @return the largest N
     */
    public int replicasMax() {
        int most = storeDefaults.n();
        for (StoreSettings store : stores.values()) {
            most = Math.max(most, store.n());
        }
        return most;
    }

    /**
     * A store's settings.
     *
     * @param name the store's name
     * @return its own, or the defaults
     */
    public StoreSettings store(String name) {
        return stores.getOrDefault(name, storeDefaults);
    }
}
