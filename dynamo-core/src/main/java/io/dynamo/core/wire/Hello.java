package io.dynamo.core.wire;

import java.util.List;

/**
 * Introduces a node to another.
 *
 * @param cluster name of its cluster
 * @param protocol version of the messages it speaks
 * @param directory identity of its data directory
 * @param session names this run of the node
 * @param settings what all nodes must agree on
 * @param number counts the greetings of this run, so that an answer to an older one can be told
 * @param copy which state of the directory it is on
 * @param table digest of what it knows of the data directories of all members
 * @param background how its requests and its work in the background get along
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record Hello(
        String cluster,
        int protocol,
        byte[] directory,
        long session,
        List<Setting> settings,
        long number,
        Copy copy,
        long table,
        Background background)
        implements Message {

    /** The version of the messages that this code speaks. */
    public static final int PROTOCOL = 5;

    /**
     * Which state of its directory a node is on.
     *
     * @param startedMillis when its present incarnation started: earlier ones of this directory are over; 0 if it does not say
     * @param found which state of it this run has found
     * @param commits how far it has come, synced
     * @param wentBack whether it has shown an older state of itself in this run
     * @param isLinked whether the node has a link to who gets this; then it says nothing of what was settled
     * @param settled how far the removal of deleted records has come, by partition
     */
    public record Copy(
            long startedMillis, Found found, long commits, boolean wentBack, boolean isLinked, List<Settled> settled) {

        /**
         * A copy of which nothing is known but its present run.
         *
         * @param millis when that started
         * @return the copy
         */
        public static Copy started(long millis) {
            return new Copy(millis, Found.NOTHING, 0, false, false, List.of());
        }
    }

    /**
     * How a node's requests and work in the background get along.
     *
     * @param share of its rate that work in the background may have, on any node, by how long this node's requests take
     * @param isWorking whether this node does such work
     */
    public record Background(double share, boolean isWorking) {

        /** Nothing is said. */
        public static final Background NONE = new Background(1, false);
    }

    /**
     * Which state of its directory a run has found.
     *
     * @param startedMillis when the last run before it had started; 0 if it does not say, or found none
     * @param commits how far the directory had come
     * @param untoldMillis the same as an earlier run has found it that has not told everybody; 0 if there is none
     * @param untoldCommits the same
     * @param sinceMillis when that run had started
     */
    public record Found(long startedMillis, long commits, long untoldMillis, long untoldCommits, long sinceMillis) {

        /** Nothing is said. */
        public static final Found NOTHING = new Found(0, 0, 0, 0, 0);
    }

    /**
     * How far the removal of deleted records has come in a partition.
     *
     * @param partition its number
     * @param voted number of the last vote or question that the node has answered
     * @param untilMillis nothing younger was removed by that
     * @param ordered number of the last order that it has carried out
     */
    public record Settled(int partition, long voted, long untilMillis, long ordered) {}

    /**
     * One setting that all nodes must agree on.
     *
     * @param name its name in the configuration
     * @param value its value
     */
    public record Setting(String name, String value) {}
}
