package io.dynamo.core.causality;

import io.dynamo.api.WriteId;
import java.util.Arrays;
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
        byte[] bytes = new byte[size(set)];
        if (encode(set, bytes, 0) != bytes.length) {
            throw new IllegalStateException("counting and writing a set differ");
        }
        return bytes;
    }

    /** The same into an array that has room for it, from a place on; returns where it ends. */
    static int encode(VersionSet set, byte[] into, int from) {
        Bytes.Writer out = new Bytes.Writer(into, from);
        write(out, set);
        return out.size();
    }

    /** How many bytes {@link #encode(VersionSet)} makes. */
    static int size(VersionSet set) {
        Bytes.Writer count = Bytes.Writer.counting();
        write(count, set);
        return count.size();
    }

    private static void write(Bytes.Writer out, VersionSet set) {
        out.u8(FORMAT);
        ActorIndex actors = writeContext(out, set.context());
        out.varint(set.versions().size());
        for (Version version : set.versions()) {
            out.varint(actors.of(version.dot().actor())).varint(version.dot().counter());
            out.varint(version.timestamp()).varint(version.expiresAtMillis());
            out.varint(version.writeId().epochMillis()).u64(version.writeId().random());
            Slice value = version.content();
            if (value == null) {
                out.u8(TOMBSTONE);
            } else {
                out.u8(VALUE).varint(value.length()).raw(value);
            }
        }
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
        return decode(Slice.of(bytes));
    }

    /**
     * Reads a set from a part of an array.
     *
     * @param bytes holds what {@link VersionSet#encoded()} returned; the array is kept, not copied
     * @return the set
     * @throws IllegalArgumentException if it is anything else
     */
    public static VersionSet decode(Slice bytes) {
        Bytes.Reader in = new Bytes.Reader(bytes.array(), bytes.from(), bytes.from() + bytes.length());
        if (in.u8() != FORMAT) {
            throw in.malformed("not format " + FORMAT + " of a version set");
        }
        Actor[] actors = readActors(in);
        CausalContext context = readContext(in, actors);
        Version[] versions = new Version[in.count(14)];
        for (int i = 0; i < versions.length; i++) {
            versions[i] = readVersion(in, actors, context);
            if (i > 0 && versions[i - 1].dot().compareTo(versions[i].dot()) >= 0) {
                throw in.malformed("versions out of order");
            }
        }
        in.end();
        return VersionSet.ofEncoded(context, versions, bytes);
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
        CausalContext context = readContext(in);
        in.end();
        return context;
    }

    private static Version readVersion(Bytes.Reader in, Actor[] actors, CausalContext context) {
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
        Slice value = kind == TOMBSTONE ? null : in.slice(in.count(1));
        return new Version(dot, timestamp, expiresAtMillis, id, value);
    }

    static ActorIndex writeContext(Bytes.Writer out, CausalContext context) {
        ActorIndex actors = new ActorIndex(context);
        out.varint(actors.size());
        for (int i = 0; i < actors.size(); i++) {
            Actor actor = actors.actor(i);
            out.u64(actor.incarnationHigh()).u64(actor.incarnationLow()).varint(actor.number());
        }
        out.varint(context.runs());
        for (int run = 0; run < context.runs(); run++) {
            out.varint(context.counterOf(run));
        }
        List<Dot> detached = context.detached();
        out.varint(detached.size());
        for (Dot dot : detached) {
            out.varint(actors.of(dot.actor())).varint(dot.counter());
        }
        return actors;
    }

    static CausalContext readContext(Bytes.Reader in) {
        return readContext(in, readActors(in));
    }

    private static Actor[] readActors(Bytes.Reader in) {
        Actor[] actors = new Actor[in.count(17)];
        for (int i = 0; i < actors.length; i++) {
            actors[i] = new Actor(in.u64(), in.u64(), in.varint());
        }
        return actors;
    }

    private static CausalContext readContext(Bytes.Reader in, Actor[] actors) {
        long[] counters = new long[in.count(1)];
        if (counters.length > actors.length) {
            throw in.malformed("more counters than actors");
        }
        for (int i = 0; i < counters.length; i++) {
            counters[i] = counter(in);
        }
        Dot[] detached = new Dot[in.count(2)];
        // Actors without a run are numbered as their first dots come.
        int named = counters.length;
        for (int i = 0; i < detached.length; i++) {
            int actor = readActor(in, actors);
            if (actor > named) {
                throw in.malformed("actors not in order");
            }
            named += actor == named ? 1 : 0;
            detached[i] = new Dot(actors[actor], counter(in));
        }
        if (named < actors.length) {
            throw in.malformed("an actor that no dot names");
        }
        Actor[] ofRuns = counters.length == actors.length ? actors : Arrays.copyOf(actors, counters.length);
        CausalContext context = CausalContext.ofNormal(ofRuns, counters, detached);
        // One form for one set, or two replicas that agree would look different.
        if (context == null) {
            throw in.malformed("a context that is not in normal form");
        }
        for (int i = counters.length; i < actors.length; i++) {
            if (context.indexOf(actors[i]) >= 0 || i > counters.length && actors[i - 1].equals(actors[i])) {
                throw in.malformed("an actor twice");
            }
        }
        return context;
    }

    private static Dot readDot(Bytes.Reader in, Actor[] actors) {
        Actor actor = actors[readActor(in, actors)];
        return new Dot(actor, counter(in));
    }

    private static int readActor(Bytes.Reader in, Actor[] actors) {
        long number = in.varint();
        if (number < 0 || number >= actors.length) {
            throw in.malformed("actor " + number + " of " + actors.length);
        }
        return (int) number;
    }

    private static long counter(Bytes.Reader in) {
        long counter = in.varint();
        if (counter < 1 || counter > Dot.COUNTER_MAX) {
            throw in.malformed("counter " + counter);
        }
        return counter;
    }
}
