package io.dynamo.remote;

import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.WriteId;
import io.dynamo.remote.proto.Failure;
import io.dynamo.remote.proto.Failure.Kind;
import io.dynamo.spi.Address;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a client: asks the first node, and the next one when a node fails, or is silent for a quarter of the
 * time. A write that may have reached a node goes to the next one as a repetition, so that it is not made twice. Once an
 * outcome is unknown, no later refusal makes it known.
 *
 * <p>Thread: any.
 *
 * @param <Q> the request
 * @param <A> the answer
 */
final class Call<Q, A> {

    private static final int PATIENCE_PARTS = 4;

    /**
     * What is asked.
     *
     * @param name for messages, for example {@code get carts/alice}
     * @param method the method
     * @param request makes the request of a try: whether an earlier one may have arrived
     * @param id of a write; null for what changes nothing
     * @param timeout for all tries together
     */
    record What<Q, A>(
            String name,
            MethodDescriptor<Q, A> method,
            Function<Boolean, Q> request,
            @Nullable WriteId id,
            Duration timeout) {}

    private final What<Q, A> what;
    private final Channels channels;
    private final ScheduledExecutorService timer;
    private final List<Address> nodes;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<A> result = new CompletableFuture<>();
    private final List<ReplicaAnswer> tries = new ArrayList<>();

    private int next;
    private int open;
    private boolean mayHaveArrived;
    private @Nullable RuntimeException lastFailure;
    private @Nullable ScheduledFuture<?> impatience;

    Call(What<Q, A> what, Channels channels, ScheduledExecutorService timer, List<Address> nodes, boolean repeated) {
        this.what = what;
        this.channels = channels;
        this.timer = timer;
        this.nodes = nodes;
        this.mayHaveArrived = repeated;
    }

    /** Begins; the future fails with what an embedded node would have thrown. */
    CompletableFuture<A> start() {
        tryNext();
        return result;
    }

    private void tryNext() {
        Address node;
        Q request;
        synchronized (this) {
            if (result.isDone() || next == nodes.size()) {
                return;
            }
            node = nodes.get(next++);
            open++;
            request = what.request().apply(mayHaveArrived);
            long patience = what.timeout().toNanos() / PATIENCE_PARTS;
            impatience = next < nodes.size() ? timer.schedule(this::onSilence, patience, TimeUnit.NANOSECONDS) : null;
        }
        Try attempt = new Try(node);
        CallOptions options = CallOptions.DEFAULT
                .withDeadlineAfter(Math.max(1, leftNanos()), TimeUnit.NANOSECONDS)
                .withStreamTracerFactory(attempt);
        ClientCalls.asyncUnaryCall(channels.to(node).newCall(what.method(), options), request, attempt);
    }

    private void onSilence() {
        synchronized (this) {
            // Whoever is silent may have got it.
            mayHaveArrived = true;
        }
        tryNext();
    }

    private long leftNanos() {
        return what.timeout().toNanos() - (System.nanoTime() - startNanos);
    }

    private void succeeded(A answer) {
        cancelImpatience();
        result.complete(answer);
    }

    private void failed(Address node, Throwable thrown, boolean wasSent) {
        Failure said = Failures.said(thrown);
        boolean mayHaveBeenApplied = said == null ? wasSent : Failures.outcome(said) == Outcome.UNKNOWN;
        boolean isFinal = said != null && isFinal(said.getKind());
        boolean isLast;
        synchronized (this) {
            open--;
            mayHaveArrived |= mayHaveBeenApplied;
            tries.add(answer(node, thrown));
            lastFailure = said == null ? null : Failures.exception(said, thrown);
            isLast = open == 0 && (next == nodes.size() || leftNanos() <= 0);
        }
        cancelImpatience();
        if (isFinal || isLast) {
            result.completeExceptionally(conclusion());
        } else {
            tryNext();
        }
    }

    /** Whether another node would say the same, or should not be burdened too. */
    private static boolean isFinal(Kind kind) {
        return switch (kind) {
            case ARGUMENT, CONTEXT, LIMIT, OVERLOADED -> true;
            default -> false;
        };
    }

    private synchronized RuntimeException conclusion() {
        RuntimeException last = lastFailure;
        if (what.id() != null && mayHaveArrived) {
            return last instanceof QuorumException quorum && quorum.outcome() == Outcome.UNKNOWN
                    ? quorum
                    : new QuorumException(what.name(), Outcome.UNKNOWN, 1, 0, tries, what.id());
        }
        return last != null ? last : new QuorumException(what.name(), Outcome.NOT_APPLIED, 1, 0, tries, what.id());
    }

    private ReplicaAnswer answer(Address node, Throwable thrown) {
        Status status = Status.fromThrowable(thrown);
        String detail = status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
        return new ReplicaAnswer(
                node.host() + ":" + node.port(),
                status.getCode() == Status.Code.DEADLINE_EXCEEDED
                        ? ReplicaAnswer.Status.NO_ANSWER
                        : ReplicaAnswer.Status.FAILED,
                Duration.ofNanos(System.nanoTime() - startNanos),
                detail);
    }

    private synchronized void cancelImpatience() {
        if (impatience != null) {
            impatience.cancel(false);
            impatience = null;
        }
    }

    /** One node being asked. */
    private final class Try extends ClientStreamTracer.Factory implements StreamObserver<A> {
        private final Address node;
        private volatile boolean wasSent;

        Try(Address node) {
            this.node = node;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void outboundMessage(int number) {
                    wasSent = true;
                }
            };
        }

        @Override
        public void onNext(A answer) {
            succeeded(answer);
        }

        @Override
        public void onError(Throwable thrown) {
            failed(node, thrown, wasSent);
        }

        @Override
        public void onCompleted() {
            if (!result.isDone()) {
                failed(
                        node,
                        Status.INTERNAL
                                .withDescription("an answer without a message")
                                .asException(),
                        true);
            }
        }
    }
}
