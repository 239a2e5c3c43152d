package io.dynamo.api;

import java.time.Duration;

/**
 * What one request asks for beyond its store's defaults. Options are values; a later one wins over an earlier one, and
 * any of them over a {@link #profile}.
 */
public sealed interface Option {

    /**
     * How many replicas must answer a read (Dynamo §4.5).
     *
     * @param replicas 1 to N
     * @return the option
     */
    static Option r(int replicas) {
        return new Replicas(Kind.R, replicas);
    }

    /**
     * How many replicas must acknowledge a write (Dynamo §4.5).
     *
     * @param replicas 1 to N
     * @return the option
     */
    static Option w(int replicas) {
        return new Replicas(Kind.W, replicas);
    }

    /**
     * How many of the R answers must come from primaries, that is, from the first N of the preference list.
     *
     * @param replicas 0 to N
     * @return the option
     */
    static Option pr(int replicas) {
        return new Replicas(Kind.PR, replicas);
    }

    /**
     * How many of the W acknowledgements must come from primaries.
     *
     * @param replicas 0 to N
     * @return the option
     */
    static Option pw(int replicas) {
        return new Replicas(Kind.PW, replicas);
    }

    /**
     * How many of the W acknowledgements must mean "synced to disk", whatever the store's durability.
     *
     * @param replicas 0 to N
     * @return the option
     */
    static Option durable(int replicas) {
        return new Replicas(Kind.DURABLE, replicas);
    }

    /**
     * How long the value lives that a put or an update writes. From then on readers do not find it, as if it had been deleted:
     * nor any value that it has replaced. The instant is fixed by the node that mints the write, by its wall clock, and judged
     * by the wall clock of the node that is asked: one may be off from the other. A later write of the key has a lifetime of
     * its own, or none. A delete has none.
     *
     * @param lifetime 1 ms to 3650 days
     * @return the option
     */
    static Option expiresAfter(Duration lifetime) {
        return new Lifetime(lifetime);
    }

    /**
     * How long the request may last.
     *
     * @param limit a positive duration
     * @return the option
     */
    static Option timeout(Duration limit) {
        return new Timeout(limit, false);
    }

    /**
     * Shortens the time that a request may last, if what is configured or asked for is longer.
     *
     * @param limit a positive duration
     * @return the option
     */
    static Option timeoutAtMost(Duration limit) {
        return new Timeout(limit, true);
    }

    /**
     * A set of options named in the configuration under {@code profiles}.
     *
     * @param name the profile's name
     * @return the option
     */
    static Option profile(String name) {
        return new Profile(name);
    }

    /**
     * Asks all N replicas of a read at once, as the paper does, instead of R of them and more when one is slow.
     *
     * @return the option
     */
    static Option askAll() {
        return Flag.ASK_ALL;
    }

    /**
     * Reads nothing older than what the caller has read or written before (Dynamo §6.4: read your writes; monotonic reads):
     * the read waits for replicas that know all of it, through whichever node and whoever stands in for whom, and fails
     * rather than go back. It says nothing of other keys. For {@code get} and {@code update}; a context of
     * {@link Context#none()} asks for nothing.
     *
     * @param seen the context of the last read or write of this key: the session's token. If its newest write is older than
     *     {@code session.lifetime}, the read does not wait; see {@link Read#sessionExpired()}
     * @return the option
     */
    static Option session(Context seen) {
        return new Session(seen);
    }

    /**
     * Names a write that may have been tried before, through this node or another: it is looked for before it is made
     * again, and not written twice.
     *
     * @param id the id
     * @return the option
     */
    static Option writeId(WriteId id) {
        return new Id(id, true);
    }

    /**
     * Names a write that is tried for the first time, so that it can be repeated with {@link #writeId}. Costs nothing, as
     * nothing is looked for.
     *
     * @param id fresh: its random bits are of no other write
     * @return the option
     */
    static Option newWrite(WriteId id) {
        return new Id(id, false);
    }

    /**
     * Records what the request did; see {@link Read#trace()} and {@link Written#trace()}.
     *
     * @return the option
     */
    static Option trace() {
        return Flag.TRACE;
    }

    /** The quantities that count replicas. */
    enum Kind {
        /** Answers of a read. */
        R,
        /** Acknowledgements of a write. */
        W,
        /** Answers of a read by primaries. */
        PR,
        /** Acknowledgements of a write by primaries. */
        PW,
        /** Synced acknowledgements of a write. */
        DURABLE
    }

    /** The options that are on or absent. */
    enum Flag implements Option {
        /** Ask all N replicas at once. */
        ASK_ALL,
        /** Record a trace. */
        TRACE
    }

    /**
     * A number of replicas.
     *
     * @param kind which quantity
     * @param count how many
     */
    record Replicas(Kind kind, int count) implements Option {}

    /**
     * A time limit.
     *
     * @param limit positive
     * @param onlyShortens whether a shorter one that is configured stays
     */
    record Timeout(Duration limit, boolean onlyShortens) implements Option {
        /**
         * Checks the range.
         *
         * @param limit see the record
         * @param onlyShortens see the record
         */
        public Timeout {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("timeout = " + limit + "; must be positive");
            }
        }
    }

    /**
     * A time after which a value counts as deleted.
     *
     * @param lifetime from 1 ms to 3650 days
     */
    record Lifetime(Duration lifetime) implements Option {

        private static final Duration SHORTEST = Duration.ofMillis(1);
        private static final Duration LONGEST = Duration.ofDays(3_650);

        /**
         * Checks the range.
         *
         * @param lifetime see the record
         */
        public Lifetime {
            if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "expiresAfter = " + lifetime + "; allowed: 1 ms to " + LONGEST.toDays() + " days");
            }
        }
    }

    /**
     * A named set of options.
     *
     * @param name its key under {@code profiles}
     */
    record Profile(String name) implements Option {}

    /**
     * What a session has seen.
     *
     * @param seen of the key that is read
     */
    record Session(Context seen) implements Option {}

    /**
     * The name of a write.
     *
     * @param id the name
     * @param repeated whether the write may have been tried before
     */
    record Id(WriteId id, boolean repeated) implements Option {}
}
