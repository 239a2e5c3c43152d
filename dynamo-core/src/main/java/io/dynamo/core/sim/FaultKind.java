package io.dynamo.core.sim;

/** The kinds of things that happen to nodes and links; what happens to single frames and batches is in the profile. */
public enum FaultKind {
    /** A node loses its power, and what it had not synced; it is started again. */
    CRASH,
    /** All nodes lose their power at once. */
    POWER_CUT,
    /** One node after the other is restarted. */
    ROLLING_RESTART,
    /** A process stands still for up to a minute. */
    PAUSE,
    /** One node is cut off from all others. */
    ISOLATE,
    /** The cluster falls into two halves. */
    HALVES,
    /** Two halves that one node still reaches. */
    BRIDGE,
    /** Each node reaches its neighbours only, and no two the same ones. */
    MAJORITY_RING,
    /** A node is heard by some and does not hear them, or the other way round. */
    ONE_WAY,
    /** The primaries of one key are cut off from everyone, each other included. */
    PRIMARIES_CUT,
    /** Links of a node hold frames for up to five seconds; then all arrive at once. */
    CLOG,
    /** Nodes are clogged one after the other, and freed in another order. */
    SWIZZLE_CLOG,
    /** Everything to and from a node takes up to thirty times longer. */
    SLOW_PEER,
    /** A disk takes up to a hundred times longer. */
    SLOW_DISK,
    /** A disk takes no writes. */
    FULL_DISK,
    /** After a crash a disk shows an older state of itself, and whoever opens it finds that out. */
    LOST_SUFFIX,
    /** A wall clock jumps by up to an hour, either way. */
    CLOCK_JUMP,
    /** A wall clock jumps to and fro, many times. */
    CLOCK_STROBE,
    /** A node loses its power and its disk; it is started again on an empty one. */
    WIPE,
    /** A node loses its power and its disk; it is started again on a copy that was made of it a while ago. */
    OLD_COPY
}
