package io.dynamo.core.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.dynamo.api.Outcome;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Slice;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.causality.VersionSetCodec;
import io.dynamo.core.wire.proto.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The bytes of messages: protobuf around the canonical bytes of version sets. */
final class MessageCodec {

    // The place in this list is the number on the wire: append, never reorder.
    private static final List<ReplicaAnswer.Status> STATUSES = List.of(
            ReplicaAnswer.Status.ACKNOWLEDGED,
            ReplicaAnswer.Status.HINTED,
            ReplicaAnswer.Status.VALUE,
            ReplicaAnswer.Status.TOMBSTONE,
            ReplicaAnswer.Status.NOT_FOUND,
            ReplicaAnswer.Status.FAILED,
            ReplicaAnswer.Status.UNREACHABLE,
            ReplicaAnswer.Status.NO_ANSWER);
    private static final List<Rejection.Reason> REASONS = List.of(Rejection.Reason.values());
    private static final List<CoordinatePutResponse.Failure> FAILURES = List.of(CoordinatePutResponse.Failure.values());

    private static final int HINT_FOR_MAX = 50;

    private MessageCodec() {}

    static byte[] encode(Envelope envelope) {
        Wire.Envelope.Builder out = Wire.Envelope.newBuilder()
                .setFrom(envelope.from())
                .setSession(envelope.session())
                .setPlacement(envelope.placement())
                .setHeard(envelope.heard());
        encode(out, envelope.message());
        return out.build().toByteArray();
    }

    /** A message alone and without its timeout, so that it has the same bytes whenever it is sent. */
    static byte[] encodeUntimed(Message message) {
        Wire.Envelope.Builder out = Wire.Envelope.newBuilder();
        encode(out, message);
        return timed(out, 0).build().toByteArray();
    }

    private static void encode(Wire.Envelope.Builder out, Message message) {
        if (message instanceof Message.Request request) {
            encodeRequest(out, request);
        } else if (message instanceof Message.Response response) {
            encodeResponse(out, response);
        } else if (message instanceof Hello hello) {
            out.setHello(HelloCodec.encode(hello));
        } else if (message instanceof HelloResponse response) {
            out.setHelloResponse(HelloCodec.encode(response));
        } else if (message instanceof MemberTableMessage members) {
            out.setMemberTable(Wire.MemberTable.newBuilder()
                    .setTable(wrap(members.table()))
                    .setAnswer(members.isAnswer()));
        } else if (message instanceof Chunk chunk) {
            out.setChunk(Wire.Chunk.newBuilder()
                    .setTransfer(chunk.transfer())
                    .setIndex(chunk.index())
                    .setCount(chunk.count())
                    .setTotal(chunk.total())
                    .setTimeoutMicros(chunk.timeoutMicros())
                    .setPiece(wrap(chunk.piece())));
        }
    }

    /** Says how long the asker waits, if it is a request; 0 leaves no trace in the bytes. */
    private static Wire.Envelope.Builder timed(Wire.Envelope.Builder message, long micros) {
        switch (message.getMessageCase()) {
            case GET_REPLICA -> message.getGetReplicaBuilder().setTimeoutMicros(micros);
            case PUT_REPLICA -> message.getPutReplicaBuilder().setTimeoutMicros(micros);
            case COORDINATE_PUT -> message.getCoordinatePutBuilder().setTimeoutMicros(micros);
            case LIST_KEYS -> message.getListKeysBuilder().setTimeoutMicros(micros);
            case PROBE -> message.getProbeBuilder().setTimeoutMicros(micros);
            default -> TreeMessageCodec.time(message, micros);
        }
        return message;
    }

    private static void encodeRequest(Wire.Envelope.Builder out, Message.Request request) {
        if (request instanceof GetReplicaRequest get) {
            out.setGetReplica(Wire.GetReplicaRequest.newBuilder()
                    .setRequest(get.request())
                    .setStore(get.store())
                    .setKey(wrap(get.key()))
                    .setTimeoutMicros(get.timeoutMicros()));
        } else if (request instanceof PutReplicaRequest put) {
            out.setPutReplica(putReplica(put));
        } else if (request instanceof CoordinatePutRequest put) {
            out.setCoordinatePut(coordinatePut(put));
        } else if (request instanceof ListKeysRequest list) {
            out.setListKeys(Wire.ListKeysRequest.newBuilder()
                    .setRequest(list.request())
                    .setStore(list.store())
                    .setPartition(list.partition())
                    .setAfter(wrap(list.after()))
                    .setLimit(list.limit())
                    .setTimeoutMicros(list.timeoutMicros()));
        } else if (request instanceof ProbeRequest probe) {
            out.setProbe(Wire.ProbeRequest.newBuilder()
                    .setRequest(probe.request())
                    .setLane(probe.lane())
                    .setTimeoutMicros(probe.timeoutMicros()));
        } else {
            TreeMessageCodec.encodeRequest(out, request);
        }
    }

    private static void encodeResponse(Wire.Envelope.Builder out, Message.Response response) {
        if (response instanceof GetReplicaResponse get) {
            Wire.GetReplicaResponse.Builder body =
                    Wire.GetReplicaResponse.newBuilder().setRequest(get.request());
            if (!get.set().isEmpty()) {
                body.setSet(wrap(get.set().encoding()));
            }
            out.setGetReplicaResponse(body);
        } else if (response instanceof PutReplicaResponse put) {
            out.setPutReplicaResponse(Wire.PutReplicaResponse.newBuilder()
                    .setRequest(put.request())
                    .setMayDrop(put.mayDrop()));
        } else if (response instanceof CoordinatePutResponse put) {
            out.setCoordinatePutResponse(coordinatePutResponse(put));
        } else if (response instanceof ListKeysResponse list) {
            Wire.ListKeysResponse.Builder body = Wire.ListKeysResponse.newBuilder()
                    .setRequest(list.request())
                    .setMore(list.more());
            list.entries()
                    .forEach(entry -> body.addEntries(Wire.KeyEntry.newBuilder()
                            .setKey(wrap(entry.key()))
                            .setSet(wrap(entry.set().encoding()))));
            out.setListKeysResponse(body);
        } else if (response instanceof ProbeResponse probe) {
            out.setProbeResponse(Wire.ProbeResponse.newBuilder().setRequest(probe.request()));
        } else if (response instanceof Rejection rejection) {
            out.setRejection(Wire.Rejection.newBuilder()
                    .setRequest(rejection.request())
                    .setReason(rejection.reason().number())
                    .setDetail(rejection.detail()));
        } else {
            TreeMessageCodec.encodeResponse(out, response);
        }
    }

    private static Wire.PutReplicaRequest.Builder putReplica(PutReplicaRequest put) {
        Wire.PutReplicaRequest.Builder out = Wire.PutReplicaRequest.newBuilder()
                .setRequest(put.request())
                .setStore(put.store())
                .setKey(wrap(put.key()))
                .setSet(wrap(put.set().encoding()))
                .setSync(put.sync())
                .setTimeoutMicros(put.timeoutMicros())
                .addAllHintFor(put.hintFor());
        return out.setForgotten(entries(put.forgotten()));
    }

    /** Entries that are to be forgotten; nothing for none. */
    static ByteString entries(CausalContext entries) {
        return entries.isEmpty() ? ByteString.EMPTY : wrap(VersionSetCodec.encode(entries));
    }

    static CausalContext entries(ByteString bytes) {
        return bytes.isEmpty() ? CausalContext.EMPTY : VersionSetCodec.decodeContext(bytes.toByteArray());
    }

    private static Wire.CoordinatePutRequest coordinatePut(CoordinatePutRequest put) {
        CoordinatePutRequest.Write write = put.write();
        Wire.CoordinatePutRequest.Builder out = Wire.CoordinatePutRequest.newBuilder()
                .setRequest(put.request())
                .setStore(put.store())
                .setKey(wrap(put.key()))
                .setSeen(wrap(VersionSetCodec.encode(write.seen())))
                .setBlind(write.blind())
                .setSeenTimestamp(write.seenTimestamp())
                .setIdMillis(write.id().epochMillis())
                .setIdRandom(write.id().random())
                .setReadFirst(put.before() == CoordinatePutRequest.Before.ELSEWHERE)
                .setFirst(put.before() == CoordinatePutRequest.Before.NOWHERE)
                .setW(put.quorum().w())
                .setPw(put.quorum().pw())
                .setDurable(put.quorum().durable())
                .setExpiresAfterMillis(write.expiresAfterMillis())
                .setTimeoutMicros(put.timeoutMicros());
        byte[] value = write.value();
        return (value == null ? out.setTombstone(true) : out.setValue(wrap(value))).build();
    }

    private static Wire.CoordinatePutResponse coordinatePutResponse(CoordinatePutResponse put) {
        Wire.CoordinatePutResponse.Builder out = Wire.CoordinatePutResponse.newBuilder()
                .setRequest(put.request())
                .setFailure(put.failure().number())
                .setReason(put.reason())
                .setUnknown(put.outcome() == Outcome.UNKNOWN)
                .setRequired(put.required())
                .setAcknowledged(put.acknowledged())
                .setTimestamp(put.timestamp());
        put.dot().ifPresent(dot -> out.setDot(wrap(VersionSetCodec.encode(CausalContext.EMPTY.with(dot)))));
        put.answers()
                .forEach(answer -> out.addAnswers(Wire.Answer.newBuilder()
                        .setNode(answer.node())
                        .setStatus(STATUSES.indexOf(answer.status()))
                        .setElapsedNanos(answer.elapsed().toNanos())
                        .setDetail(answer.detail())));
        return out.build();
    }

    static Envelope decode(byte[] bytes) {
        Wire.Envelope in = parse(bytes);
        return new Envelope(in.getFrom(), in.getSession(), in.getPlacement(), in.getHeard(), message(in));
    }

    /** The counterpart of {@link #encodeUntimed}. */
    static Message decodeUntimed(byte[] bytes, long timeoutMicros) {
        return message(timed(parse(bytes).toBuilder(), timeoutMicros).build());
    }

    private static Wire.Envelope parse(byte[] bytes) {
        try {
            // The array is the frame's and never changed: values need not be copied out of it twice.
            CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            input.enableAliasing(true);
            return Wire.Envelope.parseFrom(input);
        } catch (IOException e) {
            throw new IllegalArgumentException("malformed message: " + e.getMessage(), e);
        }
    }

    private static Message message(Wire.Envelope in) {
        return switch (in.getMessageCase()) {
            case HELLO -> HelloCodec.decode(in.getHello());
            case HELLO_RESPONSE -> HelloCodec.decode(in.getHelloResponse());
            case MEMBER_TABLE ->
                new MemberTableMessage(
                        in.getMemberTable().getTable().toByteArray(),
                        in.getMemberTable().getAnswer());
            case CHUNK -> chunk(in.getChunk());
            case GET_REPLICA ->
                new GetReplicaRequest(
                        in.getGetReplica().getRequest(),
                        in.getGetReplica().getStore(),
                        in.getGetReplica().getKey().toByteArray(),
                        in.getGetReplica().getTimeoutMicros());
            case GET_REPLICA_RESPONSE ->
                new GetReplicaResponse(
                        in.getGetReplicaResponse().getRequest(),
                        set(in.getGetReplicaResponse().getSet()));
            case PUT_REPLICA -> putReplica(in.getPutReplica());
            case PUT_REPLICA_RESPONSE ->
                new PutReplicaResponse(
                        in.getPutReplicaResponse().getRequest(),
                        in.getPutReplicaResponse().getMayDrop());
            case COORDINATE_PUT -> coordinatePut(in.getCoordinatePut());
            case COORDINATE_PUT_RESPONSE -> coordinatePutResponse(in.getCoordinatePutResponse());
            case LIST_KEYS ->
                new ListKeysRequest(
                        in.getListKeys().getRequest(),
                        in.getListKeys().getStore(),
                        in.getListKeys().getPartition(),
                        in.getListKeys().getAfter().toByteArray(),
                        in.getListKeys().getLimit(),
                        in.getListKeys().getTimeoutMicros());
            case LIST_KEYS_RESPONSE ->
                new ListKeysResponse(
                        in.getListKeysResponse().getRequest(),
                        in.getListKeysResponse().getEntriesList().stream()
                                .map(entry -> new ListKeysResponse.Entry(
                                        entry.getKey().toByteArray(), set(entry.getSet())))
                                .toList(),
                        in.getListKeysResponse().getMore());
            case REJECTION ->
                new Rejection(
                        in.getRejection().getRequest(),
                        byNumber(REASONS, in.getRejection().getReason(), Rejection.Reason.OTHER),
                        in.getRejection().getDetail());
            case PROBE ->
                new ProbeRequest(
                        in.getProbe().getRequest(),
                        in.getProbe().getLane(),
                        in.getProbe().getTimeoutMicros());
            case PROBE_RESPONSE -> new ProbeResponse(in.getProbeResponse().getRequest());
            default -> TreeMessageCodec.message(in);
        };
    }

    private static Chunk chunk(Wire.Chunk in) {
        return new Chunk(
                in.getTransfer(),
                in.getIndex(),
                in.getCount(),
                in.getTotal(),
                in.getTimeoutMicros(),
                in.getPiece().toByteArray());
    }

    private static PutReplicaRequest putReplica(Wire.PutReplicaRequest in) {
        return new PutReplicaRequest(
                in.getRequest(),
                in.getStore(),
                in.getKey().toByteArray(),
                set(in.getSet()),
                in.getSync(),
                in.getTimeoutMicros(),
                entries(in.getForgotten()),
                targets(in.getHintForList()));
    }

    private static List<String> targets(List<String> hintFor) {
        if (hintFor.size() > HINT_FOR_MAX) {
            throw new IllegalArgumentException("a hint for " + hintFor.size() + " nodes; no key has so many owners");
        }
        return List.copyOf(hintFor);
    }

    private static CoordinatePutRequest coordinatePut(Wire.CoordinatePutRequest in) {
        CoordinatePutRequest.Write write = new CoordinatePutRequest.Write(
                new WriteId(in.getIdMillis(), in.getIdRandom()),
                VersionSetCodec.decodeContext(in.getSeen().toByteArray()),
                in.getBlind(),
                in.getSeenTimestamp(),
                in.getTombstone() ? null : in.getValue().toByteArray(),
                in.getExpiresAfterMillis());
        return new CoordinatePutRequest(
                in.getRequest(),
                in.getStore(),
                in.getKey().toByteArray(),
                write,
                new CoordinatePutRequest.Quorum(in.getW(), in.getPw(), in.getDurable()),
                before(in),
                in.getTimeoutMicros());
    }

    private static CoordinatePutRequest.Before before(Wire.CoordinatePutRequest in) {
        if (in.getReadFirst()) {
            return CoordinatePutRequest.Before.ELSEWHERE;
        }
        return in.getFirst() ? CoordinatePutRequest.Before.NOWHERE : CoordinatePutRequest.Before.HERE;
    }

    private static CoordinatePutResponse coordinatePutResponse(Wire.CoordinatePutResponse in) {
        List<ReplicaAnswer> answers = in.getAnswersList().stream()
                .map(answer -> new ReplicaAnswer(
                        answer.getNode(),
                        byNumber(STATUSES, answer.getStatus(), ReplicaAnswer.Status.FAILED),
                        Duration.ofNanos(answer.getElapsedNanos()),
                        answer.getDetail()))
                .toList();
        Optional<Dot> dot = in.getDot().isEmpty() ? Optional.empty() : Optional.of(onlyDot(in.getDot()));
        return new CoordinatePutResponse(
                in.getRequest(),
                byNumber(FAILURES, in.getFailure(), CoordinatePutResponse.Failure.STORAGE),
                in.getReason(),
                in.getUnknown() ? Outcome.UNKNOWN : Outcome.NOT_APPLIED,
                in.getRequired(),
                in.getAcknowledged(),
                answers,
                dot,
                in.getTimestamp());
    }

    private static Dot onlyDot(ByteString bytes) {
        CausalContext context = VersionSetCodec.decodeContext(bytes.toByteArray());
        List<Dot> dots = context.vector().isEmpty() ? context.detached() : context.vector();
        if (dots.size() != 1) {
            throw new IllegalArgumentException("a response with " + dots.size() + " dots; one is meant");
        }
        return dots.get(0);
    }

    static VersionSet set(ByteString bytes) {
        return bytes.isEmpty() ? VersionSet.EMPTY : VersionSetCodec.decode(WhereItLies.of(bytes));
    }

    static <E> E byNumber(List<E> values, int number, E otherwise) {
        return number >= 0 && number < values.size() ? values.get(number) : otherwise;
    }

    static ByteString wrap(byte[] bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    static ByteString wrap(Slice bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array(), bytes.from(), bytes.length());
    }
}
