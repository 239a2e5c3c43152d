package io.dynamo.core.sim;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.causality.VersionSetCodec;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.MessageFrame;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.spi.Frame;
import io.dynamo.spi.Space;
import io.dynamo.spi.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every version that any message carried or any disk was handed, by its dot. A dot names one write for ever (I9), whatever the key, as an actor is
 * drawn for one record.
 */
final class DotLedger {

    final List<String> violations = new ArrayList<>();
    private final Map<Dot, Version> byDot = new TreeMap<>();
    private final Map<WriteId, List<Dot>> byWrite = new TreeMap<>();
    private final Askings askings = new Askings();

    /** A frame that one node sends to another. */
    void sent(String from, String to, Frame frame) {
        Message message = MessageFrame.open(frame).message();
        if (message instanceof CoordinatePutRequest put) {
            askings.asked(to, put);
        } else if (message instanceof PutReplicaRequest put) {
            // Whoever mints a version is the first to send it.
            put.set().versions().stream()
                    .filter(version -> !byDot.containsKey(version.dot()))
                    .forEach(version -> minted(from, version));
            enter(put.set());
        } else if (message instanceof GetReplicaResponse get) {
            enter(get.set());
        }
    }

    /** The set in a stored record: format, checksum, whether an actor follows, the actor, the set. */
    static VersionSet setIn(byte[] record) {
        return VersionSetCodec.decode(record, record[5] == 0 ? 6 : 30, record.length);
    }

    /** A record on its way to a disk. */
    void stored(WriteBatch batch) {
        for (WriteBatch.Change change : batch.changes()) {
            byte[] value = change.value();
            if (change.space() == Space.RECORDS && value != null) {
                enter(setIn(value));
            }
        }
    }

    /** What a node sent, or was found to hold. */
    void enter(VersionSet set) {
        for (Version version : set.versions()) {
            Version before = byDot.putIfAbsent(version.dot(), version);
            if (before == null) {
                enterWrite(version);
            } else if (before != version && !before.equals(version)) {
                violations.add("I9 " + describe(version) + ": dot " + version.dot() + " names also " + describe(before)
                        + ", writes " + version.writeId() + " and " + before.writeId());
            }
        }
    }

    private void enterWrite(Version version) {
        List<Dot> dots = byWrite.computeIfAbsent(version.writeId(), ignored -> new ArrayList<>(1));
        for (Dot dot : dots) {
            if (dot.actor().sameIncarnation(version.dot().actor())) {
                violations.add("I3 " + describe(version) + ": one run of one node minted write " + version.writeId()
                        + " twice, as " + dot + " and " + version.dot());
            }
        }
        dots.add(version.dot());
    }

    private void minted(String node, Version version) {
        String wrong = askings.minted(node, version.writeId());
        if (!wrong.isEmpty()) {
            violations.add("I3 " + describe(version) + ": " + wrong);
        }
    }

    private static String describe(Version version) {
        byte[] value = version.value();
        return value == null ? "a delete" : new String(value, StandardCharsets.UTF_8).replace("#", ": #");
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

    List<Dot> dotsOf(WriteId id) {
        return byWrite.getOrDefault(id, List.of());
    }
}
