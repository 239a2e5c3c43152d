package io.dynamo.remote;

import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.WriteId;
import io.dynamo.remote.proto.Failure;
import io.dynamo.remote.proto.Failure.Kind;
import io.dynamo.spi.Address;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
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
import java.util.concurrent.RejectedExecutionException;
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
     * @param isHedged whether the next node is asked while one is silent
     */
    record What<Q, A>(
            String name,
            MethodDescriptor<Q, A> method,
            Function<Boolean, Q> request,
            @Nullable WriteId id,
            Duration timeout,
            boolean isHedged) {}

    private final What<Q, A> what;
    private final Channels channels;
    private final ScheduledExecutorService timer;
    private final List<Address> nodes;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Answered<A>> result = new CompletableFuture<>();
    private final List<ReplicaAnswer> said = new ArrayList<>();
    private final List<Try> open = new ArrayList<>(1);

    private int next;
    private boolean mayHaveArrived;
    private boolean isRefused;
    private @Nullable RuntimeException lastFailure;
    private @Nullable ScheduledFuture<?> impatience;

    /** An answer, and who gave it. */
    record Answered<A>(A answer, Address by) {}

    Call(What<Q, A> what, Channels channels, ScheduledExecutorService timer, List<Address> nodes, boolean repeated) {
        this.what = what;
        this.channels = channels;
        this.timer = timer;
        this.nodes = nodes;
        this.mayHaveArrived = repeated;
    }

    /** Begins; the future fails with what an embedded node would have thrown. */
    CompletableFuture<Answered<A>> start() {
        if (nodes.isEmpty()) {
            result.completeExceptionally(conclusion());
        }
        tryNext();
        return result;
    }

    private void tryNext() {
        Try attempt;
        Q request;
        synchronized (this) {
            if (result.isDone() || isRefused || next == nodes.size()) {
                return;
            }
            attempt = new Try(nodes.get(next++));
            open.add(attempt);
            request = what.request().apply(mayHaveArrived);
            arm();
        }
        try {
            attempt.begin(request);
        } catch (RuntimeException e) {
            attempt.onError(e);
        }
    }

    private void arm() {
        disarm();
        if (what.isHedged() && next < nodes.size()) {
            long patience = what.timeout().toNanos() / PATIENCE_PARTS;
            try {
                impatience = timer.schedule(this::onSilence, patience, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                // The client closes: the try ends by itself.
                impatience = null;
            }
        }
    }

    private synchronized void disarm() {
        if (impatience != null) {
            impatience.cancel(false);
            impatience = null;
        }
    }

    private void onSilence() {
        synchronized (this) {
            for (Try attempt : open) {
                channels.suspect(attempt.node);
                mayHaveArrived |= attempt.wasSent;
            }
        }
        tryNext();
    }

    private long leftNanos() {
        return what.timeout().toNanos() - (System.nanoTime() - startNanos);
    }

    private void succeeded(Try attempt, A answer) {
        channels.answered(attempt.node);
        if (result.complete(new Answered<>(answer, attempt.node))) {
            end();
        }
    }

    /** What has not left yet must not arrive later: the same write might have been overwritten by then. */
    private void end() {
        List<Try> others;
        synchronized (this) {
            disarm();
            others = List.copyOf(open);
        }
        others.forEach(Try::cancel);
    }

    private void failed(Try attempt, Throwable thrown) {
        Failure failure = Failures.said(thrown);
        boolean isOver;
        synchronized (this) {
            if (!open.remove(attempt)) {
                return;
            }
            mayHaveArrived |= failure == null
                    ? attempt.wasSent && !Failures.wasTurnedAway(thrown)
                    : Failures.outcome(failure) == Outcome.UNKNOWN;
            isRefused |= failure != null && isFinal(failure.getKind());
            said.add(answer(attempt.node, thrown));
            lastFailure = failure == null ? null : Failures.exception(failure, thrown, what.id());
            isOver = open.isEmpty() && (isRefused || next == nodes.size() || leftNanos() <= 0);
        }
        if (isOver) {
            disarm();
            result.completeExceptionally(conclusion());
        } else {
            tryNext();
        }
    }

    /** Whether another node would say the same, or should not be burdened too. */
    private static boolean isFinal(Kind kind) {
        return switch (kind) {
            case KIND_ARGUMENT, KIND_CONTEXT, KIND_LIMIT, KIND_OVERLOADED -> true;
            default -> false;
        };
    }

    private synchronized RuntimeException conclusion() {
        RuntimeException last = lastFailure;
        if (what.id() != null && mayHaveArrived) {
            if (last instanceof QuorumException quorum && quorum.outcome() == Outcome.UNKNOWN) {
                return quorum;
            }
            QuorumException unknown = new QuorumException(what.name(), Outcome.UNKNOWN, 1, 0, said, what.id());
            if (last != null) {
                unknown.addSuppressed(last);
            }
            return unknown;
        }
        return last != null ? last : new QuorumException(what.name(), Outcome.NOT_APPLIED, 1, 0, said, what.id());
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

    /** One node being asked. */
    private final class Try extends ClientStreamTracer.Factory implements StreamObserver<A> {
        private final Address node;
        private volatile boolean wasSent;
        private volatile @Nullable ClientCall<Q, A> call;

        Try(Address node) {
            this.node = node;
        }

        void begin(Q request) {
            CallOptions options = CallOptions.DEFAULT
                    .withDeadlineAfter(Math.max(1, leftNanos()), TimeUnit.NANOSECONDS)
                    .withStreamTracerFactory(this);
            ClientCall<Q, A> begun = channels.to(node).newCall(what.method(), options);
            call = begun;
            ClientCalls.asyncUnaryCall(begun, request, this);
        }

        void cancel() {
            ClientCall<Q, A> begun = call;
            if (begun != null) {
                begun.cancel("another node has answered", null);
            }
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
            succeeded(this, answer);
        }

        @Override
        public void onError(Throwable thrown) {
            try {
                failed(this, thrown);
            } catch (RuntimeException e) {
                // Whatever is wrong with us, the caller must not wait for ever.
                QuorumException unknown = new QuorumException(what.name(), Outcome.UNKNOWN, 1, 0, List.of(), what.id());
                unknown.addSuppressed(e);
                result.completeExceptionally(unknown);
            }
        }

        @Override
        public void onCompleted() {
            if (!result.isDone()) {
                onError(Status.INTERNAL
                        .withDescription("an answer without a message")
                        .asException());
            }
        }
    }
}
