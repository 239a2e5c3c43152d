package io.dynamo.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every known setting outside the plug-ins' subtrees: the one source of checks, defaults and documentation. */
final class Schema {

    static final String STORES = "stores";
    static final String PROFILES = "profiles";
    static final String MEMBERS = "cluster.members";

    private static final Kind<Integer> REPLICAS = Kind.number(1, 50);
    private static final Kind<Integer> REPLICAS_OR_NONE = Kind.number(0, 50);
    private static final Kind<Duration> REQUEST_TIME = Kind.duration("1ms", "1h");
    private static final Kind<String> ASK = Kind.choice("quorum", "all");

    static final Key<String> NODE_ID = Key.computed(
            "node.id",
            Kind.name(),
            "a, if no members are given; else required",
            "This node's id, one of the members; stays the same across restarts.");

    static final Key<String> CLUSTER_NAME =
            Key.of("cluster.name", Kind.name(), "dynamo", "The cluster's name; nodes of other clusters are refused.");
    static final Key<String> CLUSTER_SECRET = Key.computed(
            "cluster.secret",
            Kind.text(1024),
            "derived from the cluster's name: catches accidents, not malice",
            "Signs context tokens; the same on all nodes.");
    static final Key<Integer> PARTITIONS = Key.of(
            "cluster.partitions",
            Kind.number(1, 65_536),
            "256",
            "Q, the number of equal parts of the ring; fixed for the life of the cluster, at least one per member.");
    static final Key<Duration> READY_TIMEOUT = Key.of(
            "cluster.ready-timeout",
            Kind.duration("1ms", "1h"),
            "10s",
            "How long opening a node waits until enough members for R and W can be reached, and one of the others has let it"
                    + " in.");
    static final Key<String> SEEDS = Key.computed(
            "cluster.seeds", Kind.address(), "none", "Members to ask on the first start, as text; not used yet.");
    static final Key<String> SEED =
            Key.computed("cluster.seeds.INDEX", Kind.address(), "none", "The same as a list; not used yet.");
    static final Key<String> MEMBER_ID =
            Key.computed("cluster.members.INDEX.id", Kind.name(), "required", "The member's node id.");
    static final Key<String> MEMBER_HOST = Key.of(
            "cluster.members.INDEX.host",
            Kind.text(255),
            "127.0.0.1",
            "Where the other members reach it: a name or an address.");
    static final Key<Integer> MEMBER_PORT = Key.computed(
            "cluster.members.INDEX.port",
            Kind.number(1, 65_535),
            "required if there are several members; else chosen at start",
            "Where the other members reach it: its port.");
    static final Key<Integer> MEMBER_WEIGHT = Key.of(
            "cluster.members.INDEX.weight",
            Kind.number(1, 1_000),
            "1",
            "Its share of the partitions, relative to the other members.");
    static final Key<String> MEMBER_ZONE = Key.of(
            "cluster.members.INDEX.zone",
            Kind.textOrEmpty(64),
            "",
            "Where it stands; replicas of a key spread over zones.");

    static final Key<Integer> N = Key.computed(
            "quorum.n", REPLICAS, "3, or the number of members if that is less", "N, the replicas of each key.");
    static final Key<Integer> R = Key.computed(
            "quorum.r", REPLICAS, "a majority of N", "R, how many replicas must answer a read; at most N.");
    static final Key<Integer> W = Key.computed(
            "quorum.w", REPLICAS, "a majority of N", "W, how many replicas must acknowledge a write; at most N.");
    static final Key<Integer> PR = Key.of(
            "quorum.pr", REPLICAS_OR_NONE, "0", "How many of the R answers must come from primaries; at most R.");
    static final Key<Integer> PW = Key.of(
            "quorum.pw",
            REPLICAS_OR_NONE,
            "0",
            "How many of the W acknowledgements must come from primaries; at most W.");

    static final Key<Duration> REQUEST_TIMEOUT =
            Key.of("request.timeout", REQUEST_TIME, "1s", "How long a request may last.");
    static final Key<Duration> RETRY_WINDOW = Key.of(
            "retry.window",
            Kind.duration("1s", "1d"),
            "10s",
            "How long a write id is remembered, so that a repeated write is answered and not applied again; at least the"
                    + " longest timeout of a request, a store or a profile.");
    static final Key<Duration> SESSION_LIFETIME = Key.of(
            "session.lifetime",
            Kind.duration("1m", "30d"),
            "1h",
            "How long a read waits for what its session has seen, from the time of the newest write in the token on.");
    static final Key<Duration> MESSAGE_LIFETIME = Key.of(
            "message.lifetime",
            Kind.duration("5s", "1d"),
            "60s",
            "How long a message between nodes may be under way; older ones are dropped. The same on all nodes. A deleted"
                    + " record is not removed before so much time has passed.");
    static final Key<Duration> CLOCK_SKEW_MAX = Key.of(
            "clock.skew-max",
            Kind.duration("1ms", "1d"),
            "60s",
            "How far ahead of the wall clock a timestamp may be before a write of an lww store is refused.");

    static final Key<Duration> DOWN_AFTER = Key.of(
            "detector.down-after",
            Kind.duration("200ms", "1m"),
            "800ms",
            "How long a member may leave requests and probes unanswered before it is held down, that is, asked last.");
    static final Key<Duration> HOLD_MAX = Key.of(
            "detector.hold-max",
            Kind.duration("1s", "10m"),
            "30s",
            "The longest time a member is held down before it is probed again; the first is a second, each further one twice"
                    + " as long.");

    static final Key<String> READ_ASK = Key.of(
            "read.ask",
            ASK,
            "quorum",
            "Whether a read asks R replicas and more when one is slow, or all N at once as the paper does.");
    static final Key<Duration> HEDGE_MIN = Key.of(
            "read.hedge.min",
            Kind.duration("0ms", "1h"),
            "2ms",
            "The shortest wait before a read asks one more replica; waits end at whole milliseconds.");
    static final Key<Duration> HEDGE_MAX = Key.of(
            "read.hedge.max",
            Kind.duration("1ms", "1h"),
            "200ms",
            "The longest wait before a read asks one more replica; at least the shortest.");
    static final Key<Double> REPAIR_SAMPLE = Key.of(
            "read.repair-sample", Kind.share(), "0.1", "The share of reads that ask all N for the sake of repair.");

    static final Key<Long> LIMIT_KEY =
            Key.of("limits.key", Kind.bytes("1B", "32KiB"), "1KiB", "The longest key, as UTF-8.");
    static final Key<Long> LIMIT_VALUE =
            Key.of("limits.value", Kind.bytes("1B", "64MiB"), "1MiB", "The longest encoded value.");
    static final Key<Long> LIMIT_RECORD = Key.of(
            "limits.record",
            Kind.bytes("1KiB", "256MiB"),
            "4MiB",
            "The longest record of a key with all siblings, above which only shrinking writes are accepted; at least the"
                    + " longest value.");
    static final Key<Integer> SIBLINGS_WARN =
            Key.of("limits.siblings-warn", Kind.number(1, 10_000), "25", "How many siblings of a key are logged.");
    static final Key<Integer> SIBLINGS_MAX = Key.of(
            "limits.siblings-max",
            Kind.number(1, 10_000),
            "100",
            "How many siblings a key may have before a write that adds one is refused; at least the number logged.");
    static final Key<Long> LIMIT_CONTEXT =
            Key.of("limits.context", Kind.bytes("64B", "4KiB"), "4KiB", "The longest context token.");
    static final Key<Integer> IN_FLIGHT = Key.of(
            "limits.in-flight",
            Kind.number(1, 10_000_000),
            "10000",
            "How many operations one node has under way, its application's and writes that other nodes forwarded, before it"
                    + " sheds new ones.");
    static final Key<Long> CHUNK_BYTES = Key.computed(
            "limits.chunk-bytes",
            Kind.bytes("1KiB", "64GiB"),
            "64MiB, or four times limits.record if that is more",
            "Memory for messages that are longer than a frame and of which not all chunks have arrived; when it is full,"
                    + " the sender that holds most loses its oldest, and a longer one never arrives. At least the longest"
                    + " record.");
    static final Key<Integer> CHUNK_MESSAGES = Key.of(
            "limits.chunk-messages",
            Kind.number(1, 1_000_000),
            "1024",
            "How many messages may wait for missing chunks; beyond it the sender of most loses its oldest.");
    static final Key<Duration> CHUNK_AGE = Key.of(
            "limits.chunk-age",
            Kind.duration("1ms", "1h"),
            "10s",
            "How long after its first chunk a message is given up; a repeat within that time completes it.");
    static final Key<Integer> LANE_QUEUE = Key.of(
            "limits.lane-queue",
            Kind.number(16, 1_000_000),
            "4096",
            "How many tasks wait on one lane before what other nodes ask is turned away: reads are refused, and ask another"
                    + " replica; writes are dropped, and come again. Answers are dropped above that number and limits.in-flight together.");
    static final Key<Long> CACHE_BYTES = Key.of(
            "cache.bytes",
            Kind.bytes("0B", "1024GiB"),
            "64MiB",
            "Memory for decoded records; 0 switches the cache off.");

    static final Key<Long> HINTS_BYTES = Key.computed(
            "hints.bytes",
            Kind.bytes("0B", "1024GiB"),
            "1GiB, or 64MiB with storage.engine = memory",
            "How much a node keeps for others that cannot be reached, keys included; at the limit it takes no more, and"
                    + " drops nothing. With 0 it is never a stand-in.");
    static final Key<Optional<Duration>> HINTS_AGE = Key.of(
            "hints.max-age",
            Kind.durationOrOff("1m", "3650d"),
            "7d",
            "How long a node keeps something for another that cannot be reached. Then the other owners of the record get it, and the"
                    + " one that is away gets it from them when they are compared. Not with repair.every = off.");
    static final Key<Long> HINTS_RATE = Key.of(
            "hints.rate",
            Kind.bytes("1KiB", "1024GiB"),
            "8MiB",
            "How much of it a node hands over in a second, to all others together.");

    static final Key<Optional<Duration>> REPAIR_EVERY = Key.of(
            "repair.every",
            Kind.durationOrOff("1s", "1d"),
            "60s",
            "How long after two owners have compared a partition they compare it again, so that what one of them missed is"
                    + " made up for without any read. Off only where something else does that.");
    static final Key<Integer> REPAIR_OBJECTS = Key.of(
            "repair.objects",
            Kind.number(1, 10_000),
            "16",
            "How many records of one comparison are on their way at once.");
    static final Key<Integer> REPAIR_EXCHANGES =
            Key.of("repair.exchanges", Kind.number(1, 256), "16", "How many comparisons a node has under way at once.");

    static final Key<Long> REPAIR_RATE = Key.of(
            "repair.rate",
            Kind.bytes("1KiB", "1024GiB"),
            "16MiB",
            "How much of what differs a node asks for, sends and indexes in a second, of all comparisons together.");
    static final Key<Duration> BACKGROUND_LATENCY_MAX = Key.of(
            "background.latency-max",
            Kind.duration("1ms", "1m"),
            "50ms",
            "What 99 of 100 requests of applications may take while this node hands over and compares; it does so the slower"
                    + " the longer they take, also if they take half as long again as without it. Never less than 1/256 of hints.rate and repair.rate.");
    static final Key<Optional<Duration>> PURGE_EVERY = Key.of(
            "purge.every",
            Kind.durationOrOff("1s", "1d"),
            "60s",
            "How often a partition is looked through for records that were deleted long enough ago. They are removed when all"
                    + " owners have them as deleted and no member has anything older; one that is down holds that up. Not"
                    + " with repair.every = off.");
    static final Key<Optional<Integer>> PURGE_ENTRIES = Key.of(
            "purge.entries",
            Kind.numberOrOff(1, 1_000),
            "8",
            "How many entries of runs that are over the version vector of a record must have to be looked at. They are"
                    + " forgotten by the same proof as deleted records are removed; off keeps them. Not with purge.every = off.");

    static final Key<String> STORAGE_ENGINE = Key.of(
            "storage.engine", Kind.name(), "memory", "The storage engine; its own settings are under storage.ENGINE.");
    static final Key<String> TRANSPORT_TYPE = Key.of(
            "transport.type", Kind.name(), "in-process", "The transport; its own settings are under transport.TYPE.");

    static final Key<Integer> STORE_N = Key.computed(
            "stores.NAME.n", REPLICAS, "quorum.n", "N of this store; the same on all nodes, at most the members.");
    static final Key<Integer> STORE_R =
            Key.computed("stores.NAME.r", REPLICAS, "quorum.r, else a majority of the store's N", "R of this store.");
    static final Key<Integer> STORE_W =
            Key.computed("stores.NAME.w", REPLICAS, "quorum.w, else a majority of the store's N", "W of this store.");
    static final Key<Integer> STORE_PR = Key.computed(
            "stores.NAME.pr", REPLICAS_OR_NONE, "quorum.pr", "Answers by primaries that a read of this store needs.");
    static final Key<Integer> STORE_PW = Key.computed(
            "stores.NAME.pw",
            REPLICAS_OR_NONE,
            "quorum.pw",
            "Acknowledgements by primaries that a write of this store needs.");
    static final Key<Integer> STORE_DURABLE = Key.of(
            "stores.NAME.durable",
            REPLICAS_OR_NONE,
            "0",
            "How many of the W acknowledgements must mean synced to disk; at most W.");
    static final Key<Duration> STORE_TIMEOUT = Key.computed(
            "stores.NAME.timeout", REQUEST_TIME, "request.timeout", "How long a request of this store may last.");
    static final Key<String> STORE_ASK =
            Key.computed("stores.NAME.ask", ASK, "read.ask", "Whom a read of this store asks.");
    static final Key<String> STORE_MODE = Key.of(
            "stores.NAME.mode",
            Kind.choice("siblings", "lww"),
            "siblings",
            "Whether concurrent writes are kept and merged on read, or the last one wins; the same on all nodes.");
    static final Key<String> STORE_DURABILITY = Key.computed(
            "stores.NAME.durability",
            Kind.choice("sync", "buffered", "one-of-n"),
            "what the engine promises by itself",
            "What an acknowledgement means: synced to disk, or handed to the operating system, be it that one of the N replicas"
                    + " is told to sync it, which nobody waits for; the same on all nodes.");
    static final Key<Optional<Integer>> STORE_WRITE_BUFFER = Key.of(
            "stores.NAME.write-buffer",
            Kind.numberOrOff(1, 100_000),
            "off",
            "How many objects each replica may acknowledge before they are written at all; a crash of the process loses"
                    + " them. Only with durability = buffered or one-of-n; the same on all nodes.");
    static final Key<String> STORE_BLIND_PUT = Key.of(
            "stores.NAME.blind-put",
            Kind.choice("allow", "refuse"),
            "allow",
            "Whether a put without a context is accepted; the same on all nodes.");
    static final Key<Optional<Integer>> STORE_CLOCK_TRUNCATION = Key.of(
            "stores.NAME.clock-truncation",
            Kind.numberOrOff(10, 1_000),
            "off",
            "How many entries a record's version vector may have before a write makes it forget the oldest, of runs that are"
                    + " over; at least twice N. Unless it is off, overwritten and deleted values may come back; the same on"
                    + " all nodes.");
    static final Key<Optional<Duration>> STORE_EXPIRES_AFTER = Key.of(
            "stores.NAME.expires-after",
            Kind.durationOrOff("1ms", "3650d"),
            "off",
            "How long a value lives of which its write does not say it; from then on it counts as deleted. The same on all"
                    + " nodes.");
    static final Key<String> STORE_RECONCILER = Key.computed(
            "stores.NAME.reconciler",
            Kind.choice("siblings", "last-write-wins", "add-wins-cart", "union-cart"),
            "the one the application gives",
            "A shipped merge of concurrent values; with mode = lww only last-write-wins.");

    static final Key<Integer> PROFILE_R = Key.computed("profiles.NAME.r", REPLICAS, "the store's", "R.");
    static final Key<Integer> PROFILE_W = Key.computed("profiles.NAME.w", REPLICAS, "the store's", "W.");
    static final Key<Integer> PROFILE_PR =
            Key.computed("profiles.NAME.pr", REPLICAS_OR_NONE, "the store's", "Answers by primaries; at most R.");
    static final Key<Integer> PROFILE_PW = Key.computed(
            "profiles.NAME.pw", REPLICAS_OR_NONE, "the store's", "Acknowledgements by primaries; at most W.");
    static final Key<Integer> PROFILE_DURABLE = Key.computed(
            "profiles.NAME.durable", REPLICAS_OR_NONE, "the store's", "Synced acknowledgements; at most W.");
    static final Key<Duration> PROFILE_TIMEOUT =
            Key.computed("profiles.NAME.timeout", REQUEST_TIME, "the store's", "How long a request may last.");
    static final Key<String> PROFILE_ASK = Key.computed("profiles.NAME.ask", ASK, "the store's", "Whom a read asks.");

    /** In the order of the documentation. */
    static final List<Key<?>> ALL = List.of(
            NODE_ID,
            CLUSTER_NAME,
            CLUSTER_SECRET,
            PARTITIONS,
            READY_TIMEOUT,
            SEEDS,
            SEED,
            MEMBER_ID,
            MEMBER_HOST,
            MEMBER_PORT,
            MEMBER_WEIGHT,
            MEMBER_ZONE,
            N,
            R,
            W,
            PR,
            PW,
            REQUEST_TIMEOUT,
            RETRY_WINDOW,
            SESSION_LIFETIME,
            MESSAGE_LIFETIME,
            CLOCK_SKEW_MAX,
            DOWN_AFTER,
            HOLD_MAX,
            READ_ASK,
            HEDGE_MIN,
            HEDGE_MAX,
            REPAIR_SAMPLE,
            LIMIT_KEY,
            LIMIT_VALUE,
            LIMIT_RECORD,
            SIBLINGS_WARN,
            SIBLINGS_MAX,
            LIMIT_CONTEXT,
            IN_FLIGHT,
            CHUNK_BYTES,
            CHUNK_MESSAGES,
            CHUNK_AGE,
            LANE_QUEUE,
            CACHE_BYTES,
            HINTS_BYTES,
            HINTS_AGE,
            HINTS_RATE,
            REPAIR_EVERY,
            REPAIR_OBJECTS,
            REPAIR_EXCHANGES,
            REPAIR_RATE,
            BACKGROUND_LATENCY_MAX,
            PURGE_EVERY,
            PURGE_ENTRIES,
            STORAGE_ENGINE,
            TRANSPORT_TYPE,
            STORE_N,
            STORE_R,
            STORE_W,
            STORE_PR,
            STORE_PW,
            STORE_DURABLE,
            STORE_TIMEOUT,
            STORE_ASK,
            STORE_MODE,
            STORE_DURABILITY,
            STORE_WRITE_BUFFER,
            STORE_BLIND_PUT,
            STORE_CLOCK_TRUNCATION,
            STORE_EXPIRES_AFTER,
            STORE_RECONCILER,
            PROFILE_R,
            PROFILE_W,
            PROFILE_PR,
            PROFILE_PW,
            PROFILE_DURABLE,
            PROFILE_TIMEOUT,
            PROFILE_ASK);

    private Schema() {}
}
