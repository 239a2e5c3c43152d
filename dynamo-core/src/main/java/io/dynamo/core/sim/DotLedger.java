package io.dynamo.core.sim;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Slice;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.causality.VersionSetCodec;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.Assembly;
import io.dynamo.core.wire.Chunk;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.MessageFrame;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.spi.Frame;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Every version that any message carried or any disk was handed, by its dot. A dot names one write for ever (I9), whatever the
 * key, as an actor is drawn for one record.
 */
final class DotLedger {

    private static final Assembly.Limits CHUNKS = new Assembly.Limits(64 << 20, 10_000, Long.MAX_VALUE);

    final List<String> violations = new ArrayList<>();
    private final TreeMap<Dot, Version> byDot = new TreeMap<>();
    private final Map<WriteId, List<Dot>> byWrite = new TreeMap<>();
    private final Map<String, Assembly> chunks = new TreeMap<>();
    private final Map<String, List<CausalContext>> letGo = new TreeMap<>();
    private final Map<String, List<Version>> expiring = new TreeMap<>();
    private final Map<String, List<Version>> byValue = new TreeMap<>();
    private final Map<Dot, Long> firstSeenMillis = new TreeMap<>();
    private final Askings askings;
    private final LongSupplier latestWallMillis;

    DotLedger(Askings askings) {
        this(askings, () -> 0);
    }

    /** {@code latestWallMillis}: what the machine says whose wall clock is most ahead. */
    DotLedger(Askings askings, LongSupplier latestWallMillis) {
        this.askings = askings;
        this.latestWallMillis = latestWallMillis;
    }

    /** A frame that one node sends to another. */
    void sent(String from, String to, Frame frame) {
        Envelope envelope = MessageFrame.open(frame);
        if (envelope.message() instanceof Chunk chunk) {
            Envelope whole = chunks.computeIfAbsent(from + "/" + to, link -> new Assembly(CHUNKS))
                    .take(envelope, chunk, 0);
            if (whole != null) {
                sent(from, to, whole.message());
            }
        } else {
            sent(from, to, envelope.message());
        }
    }

    private void sent(String from, String to, Message message) {
        if (message instanceof CoordinatePutRequest put) {
            askings.forwarded(from, to, put, nameOf(put.store(), put.key()));
        } else if (message instanceof CoordinatePutResponse answer) {
            askings.answered(from, to, answer);
        } else if (message instanceof GetReplicaRequest get) {
            askings.looked(from, nameOf(get.store(), get.key()));
        } else if (message instanceof PutReplicaRequest put) {
            // Whoever mints a version is the first to send it, or to write it.
            enter(from, nameOf(put.store(), put.key()), put.set());
        } else if (message instanceof GetReplicaResponse get) {
            enter(from, "?", get.set());
        } else if (message instanceof Hello) {
            askings.greeted(from);
        }
    }

    private static String nameOf(String store, byte[] key) {
        return store + "/" + new String(key, StandardCharsets.UTF_8);
    }

    /** The set in a stored record: format, checksum, whether an actor follows, the actor, the set. */
    static VersionSet setIn(byte[] record) {
        int from = record[5] == 0 ? 6 : 30;
        return VersionSetCodec.decode(new Slice(record, from, record.length - from));
    }

    /** A record on its way to a node's disk. */
    void stored(String node, WriteBatch batch) {
        for (WriteBatch.Change change : batch.changes()) {
            byte[] value = change.value();
            if (change.space() == Space.RECORDS && value != null) {
                StoredKey key = StoredKey.parse(change.key());
                enter(node, nameOf(key.store(), key.key()), setIn(value));
            }
        }
    }

    /** What a node sent, wrote, or was found to hold. */
    void enter(String node, String key, VersionSet set) {
        for (Version version : set.versions()) {
            Version before = byDot.putIfAbsent(version.dot(), version);
            if (before == null) {
                enterWrite(node, key, version);
            } else if (before != version && !before.equals(version)) {
                violations.add("I9 " + told(key, version) + ": dot " + version.dot() + " names also "
                        + told(key, before) + ", writes " + version.writeId() + " and " + before.writeId());
            }
        }
    }

    private void enterWrite(String node, String key, Version version) {
        List<Dot> dots = byWrite.computeIfAbsent(version.writeId(), ignored -> new ArrayList<>(1));
        for (Dot dot : dots) {
            if (dot.actor().sameIncarnation(version.dot().actor()) && !hasLetGo(node, key, dot)) {
                violations.add("I3 " + told(key, version) + ": one run of one node minted write " + version.writeId()
                        + " twice, as " + dot + " and " + version.dot());
            }
        }
        dots.add(version.dot());
        if (version.expiresAtMillis() != 0) {
            expiring.computeIfAbsent(Values.keyIn(version.value()), ignored -> new ArrayList<>(1))
                    .add(version);
            firstSeenMillis.put(version.dot(), latestWallMillis.getAsLong());
        }
        byte[] value = version.value();
        if (value != null) {
            byValue.computeIfAbsent(Values.keyIn(value) + "#" + Values.numberIn(value), ignored -> new ArrayList<>(1))
                    .add(version);
        }
        String wrong = askings.minted(node, version.writeId(), key);
        if (!wrong.isEmpty()) {
            violations.add("I3 " + told(key, version) + ": " + wrong);
        }
    }

    /**
     * A node has handed over all that it kept of a key for others. What it minted of that it knows and holds no more: if then
     * it reaches nobody who does, it mints it again, to stay writeable (traps T31).
     */
    void letGo(String node, String key, VersionSet set) {
        letGo.computeIfAbsent(node + "/" + key, ignored -> new ArrayList<>(1)).add(set.context());
    }

    private boolean hasLetGo(String node, String key, Dot dot) {
        return letGo.getOrDefault(node + "/" + key, List.of()).stream().anyMatch(context -> context.contains(dot));
    }

    private static String told(String key, Version version) {
        byte[] value = version.value();
        return value == null ? key + ": a delete" : Values.told(value);
    }

    /** What an actor has minted, as far as anybody saw. */
    Collection<Version> mintedBy(Actor actor) {
        return byDot.subMap(new Dot(actor, 1), true, new Dot(actor, Long.MAX_VALUE - 1), true)
                .values();
    }

    /** Whether a dot was minted, as far as anybody saw. */
    boolean knows(Dot dot) {
        return byDot.containsKey(dot);
    }

    /** Dots of deletes whose names nobody knows. */
    List<Dot> deletesOtherThan(Collection<WriteId> known) {
        List<Dot> dots = new ArrayList<>();
        byWrite.forEach((id, minted) -> {
            Version first = byDot.get(minted.get(0));
            if (first != null && first.value() == null && !known.contains(id)) {
                dots.addAll(minted);
            }
        });
        return dots;
    }

    /** Values of writes that have more than one dot. */
    List<byte[]> valuesMintedTwice() {
        List<byte[]> values = new ArrayList<>();
        for (List<Dot> dots : byWrite.values()) {
            Version first = dots.size() < 2 ? null : byDot.get(dots.get(0));
            byte[] value = first == null ? null : first.value();
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /** The versions of a key that expire. */
    List<Version> expiring(String key) {
        return expiring.getOrDefault(key, List.of());
    }

    /** The versions of a write. */
    List<Version> versionsOf(String key, int number) {
        return byValue.getOrDefault(key + "#" + number, List.of());
    }

    /** What the wall clock that is most ahead said when a version that expires was first seen. */
    long firstSeenMillis(Dot dot) {
        return firstSeenMillis.getOrDefault(dot, 0L);
    }

    List<Dot> dotsOf(WriteId id) {
        return byWrite.getOrDefault(id, List.of());
    }
}
