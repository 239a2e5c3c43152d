package io.dynamo.core.causality;

import io.dynamo.api.WriteId;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of causal contexts and version sets, on disk and on the wire. Canonical: equal sets have equal bytes.
 *
 * <p>Layout of a set: format 1 · context · count of versions · for each: dot, timestamp, expiry, write id, tombstone flag
 * or value. Actors are written once in the context and named by index after that.
 */
public final class VersionSetCodec {

    private static final int FORMAT = 1;
    private static final int TOMBSTONE = 0;
    private static final int VALUE = 1;

    private VersionSetCodec() {}

    static byte[] encode(VersionSet set) {
        int size = 64;
        for (Version version : set.versions()) {
            byte[] value = version.value();
            size += 64 + (value == null ? 0 : value.length);
        }
        Bytes.Writer out = new Bytes.Writer(size);
        out.u8(FORMAT);
        ActorIndex actors = writeContext(out, set.context());
        out.varint(set.versions().size());
        for (Version version : set.versions()) {
            out.varint(actors.of(version.dot().actor())).varint(version.dot().counter());
            out.varint(version.timestamp()).varint(version.expiresAtMillis());
            out.varint(version.writeId().epochMillis()).u64(version.writeId().random());
            byte[] value = version.value();
            if (value == null) {
                out.u8(TOMBSTONE);
            } else {
                out.u8(VALUE).varint(value.length).raw(value);
            }
        }
        return out.done();
    }

    /**
     * What a set says of causality: what was seen, and the dots of the live versions. Sets of the same key are equal if and
     * only if these bytes are, as a dot names one value.
     *
     * @param set the set
     * @return its canonical form
     */
    public static byte[] encodeCausality(VersionSet set) {
        Bytes.Writer out = new Bytes.Writer(64);
        out.u8(FORMAT);
        ActorIndex actors = writeContext(out, set.context());
        out.varint(set.versions().size());
        for (Version version : set.versions()) {
            out.varint(actors.of(version.dot().actor())).varint(version.dot().counter());
        }
        return out.done();
    }

    /**
     * Reads a set.
     *
     * @param bytes what {@link VersionSet#encoded()} returned; kept, not copied
     * @return the set
     * @throws IllegalArgumentException if it is anything else
     */
    public static VersionSet decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length).encodedAs(bytes);
    }

    /**
     * Reads a set from a part of an array.
     *
     * @param bytes holds what {@link VersionSet#encoded()} returned
     * @param from its first byte
     * @param to the byte after it
     * @return the set
     * @throws IllegalArgumentException if it is anything else
     */
    public static VersionSet decode(byte[] bytes, int from, int to) {
        Bytes.Reader in = new Bytes.Reader(bytes, from, to);
        if (in.u8() != FORMAT) {
            throw in.malformed("not format " + FORMAT + " of a version set");
        }
        List<Actor> actors = new ArrayList<>();
        CausalContext context = readContext(in, actors);
        int count = in.count(14);
        List<Version> versions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Version version = readVersion(in, actors, context);
            if (i > 0 && versions.get(i - 1).dot().compareTo(version.dot()) >= 0) {
                throw in.malformed("versions out of order");
            }
            versions.add(version);
        }
        in.end();
        return VersionSet.of(context, versions);
    }

    /**
     * The bytes of a context.
     *
     * @param context the context
     * @return its canonical form
     */
    public static byte[] encode(CausalContext context) {
        Bytes.Writer out = new Bytes.Writer(32);
        writeContext(out, context);
        return out.done();
    }

    /**
     * Reads a context.
     *
     * @param bytes what {@link #encode(CausalContext)} returned
     * @return the context
     * @throws IllegalArgumentException if it is anything else
     */
    public static CausalContext decodeContext(byte[] bytes) {
        Bytes.Reader in = new Bytes.Reader(bytes, 0, bytes.length);
        CausalContext context = readContext(in, new ArrayList<>());
        in.end();
        return context;
    }

    private static Version readVersion(Bytes.Reader in, List<Actor> actors, CausalContext context) {
        Dot dot = readDot(in, actors);
        if (!context.contains(dot)) {
            throw in.malformed("a version outside its context");
        }
        long timestamp = in.varint();
        long expiresAtMillis = in.varint();
        WriteId id = new WriteId(in.varint(), in.u64());
        int kind = in.u8();
        if (kind != TOMBSTONE && kind != VALUE) {
            throw in.malformed("kind " + kind);
        }
        byte[] value = kind == TOMBSTONE ? null : in.raw(in.count(1));
        return new Version(dot, timestamp, expiresAtMillis, id, value);
    }

    static ActorIndex writeContext(Bytes.Writer out, CausalContext context) {
        List<Dot> vector = context.vector();
        List<Dot> detached = context.detached();
        ActorIndex index = new ActorIndex(vector, detached);
        List<Actor> actors = index.inOrder();
        out.varint(actors.size());
        for (Actor actor : actors) {
            out.u64(actor.incarnationHigh()).u64(actor.incarnationLow()).varint(actor.number());
        }
        out.varint(vector.size());
        vector.forEach(dot -> out.varint(dot.counter()));
        out.varint(detached.size());
        detached.forEach(dot -> out.varint(index.of(dot.actor())).varint(dot.counter()));
        return index;
    }

    static CausalContext readContext(Bytes.Reader in, List<Actor> actors) {
        int actorCount = in.count(17);
        for (int i = 0; i < actorCount; i++) {
            actors.add(new Actor(in.u64(), in.u64(), in.varint()));
        }
        int runs = in.count(1);
        if (runs > actorCount) {
            throw in.malformed("more counters than actors");
        }
        List<Dot> vector = new ArrayList<>(runs);
        for (int i = 0; i < runs; i++) {
            vector.add(dot(in, actors.get(i), in.varint()));
        }
        int apart = in.count(2);
        List<Dot> detached = new ArrayList<>(apart);
        for (int i = 0; i < apart; i++) {
            detached.add(readDot(in, actors));
        }
        CausalContext context = CausalContext.of(vector, detached);
        // One form for one set, or two replicas that agree would look different.
        if (!context.vector().equals(vector) || !context.detached().equals(detached)) {
            throw in.malformed("a context that is not in normal form");
        }
        if (actorCount > runs && !new ActorIndex(vector, detached).inOrder().equals(actors)) {
            throw in.malformed("actors that no dot names, or not in order");
        }
        return context;
    }

    private static Dot readDot(Bytes.Reader in, List<Actor> actors) {
        long index = in.varint();
        if (index < 0 || index >= actors.size()) {
            throw in.malformed("actor " + index + " of " + actors.size());
        }
        return dot(in, actors.get((int) index), in.varint());
    }

    private static Dot dot(Bytes.Reader in, Actor actor, long counter) {
        if (counter < 1 || counter > Dot.COUNTER_MAX) {
            throw in.malformed("counter " + counter);
        }
        return new Dot(actor, counter);
    }
}
