package io.dynamo.remote;

import com.google.protobuf.ByteString;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Trace;
import io.dynamo.api.WriteId;
import io.dynamo.api.Written;
import io.dynamo.remote.proto.Seen;
import io.dynamo.remote.proto.TraceEvent;
import io.dynamo.remote.proto.WriteName;
import io.dynamo.remote.proto.WriteResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** The words of the api as the wire has them, both ways; options are in {@link OptionWords}. */
final class Words {

    private Words() {}

    static Seen seen(Context context) {
        return context.isNone()
                ? Seen.newBuilder().setBlind(true).build()
                : Seen.newBuilder()
                        .setContext(ByteString.copyFrom(context.toBytes()))
                        .build();
    }

    static Context context(Seen seen) {
        switch (seen.getWhatCase()) {
            case CONTEXT -> {
                if (!seen.getContext().isEmpty()) {
                    return Context.ofBytes(seen.getContext().toByteArray());
                }
            }
            case BLIND -> {
                if (seen.getBlind()) {
                    return Context.none();
                }
            }
            default -> {}
        }
        throw new IllegalArgumentException(
                "seen = nothing; allowed: the context of a read of this key, or blind = true for a write that has seen"
                        + " nothing");
    }

    static io.dynamo.remote.proto.WriteId writeId(WriteId id) {
        return io.dynamo.remote.proto.WriteId.newBuilder()
                .setEpochMillis(id.epochMillis())
                .setRandom(id.random())
                .build();
    }

    static WriteId writeId(io.dynamo.remote.proto.WriteId id) {
        return new WriteId(id.getEpochMillis(), id.getRandom());
    }

    static WriteName name(WriteId id, boolean repeated) {
        return WriteName.newBuilder().setId(writeId(id)).setRepeated(repeated).build();
    }

    /** The name of a write as an option; one that the client left unnamed gets a fresh name. */
    static Option.Id named(WriteName name, Supplier<WriteId> fresh) {
        if (name.hasId()) {
            return new Option.Id(writeId(name.getId()), name.getRepeated());
        }
        if (name.getRepeated()) {
            throw new IllegalArgumentException(
                    "name.repeated = true without name.id; allowed: the id of the first try");
        }
        return new Option.Id(fresh.get(), false);
    }

    static List<TraceEvent> trace(Trace trace) {
        return trace.events().stream()
                .map(event -> TraceEvent.newBuilder()
                        .setMicros(event.at().toNanos() / 1_000)
                        .setWhat(event.what())
                        .build())
                .toList();
    }

    static Trace trace(List<TraceEvent> events) {
        return events.isEmpty()
                ? Trace.EMPTY
                : new Trace(events.stream()
                        .map(event -> new Trace.Event(Duration.ofNanos(event.getMicros() * 1_000), event.getWhat()))
                        .toList());
    }

    static WriteResponse written(Written written, long ring) {
        return WriteResponse.newBuilder()
                .setContext(ByteString.copyFrom(written.context().toBytes()))
                .setId(writeId(written.id()))
                .setCoordinator(written.coordinator())
                .addAllAcknowledged(written.acknowledged())
                .addAllHinted(written.hinted())
                .addAllTrace(trace(written.trace()))
                .setRing(ring)
                .build();
    }

    static Written written(WriteResponse response) {
        return new Written(
                Context.ofBytes(response.getContext().toByteArray()),
                writeId(response.getId()),
                response.getCoordinator(),
                response.getAcknowledgedList(),
                response.getHintedList(),
                trace(response.getTraceList()));
    }
}
