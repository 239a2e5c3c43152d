package io.dynamo.examples.cart;

import io.dynamo.api.DynamoException;
import io.dynamo.api.InvalidContextException;
import io.dynamo.api.LimitException;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.StorageFailedException;
import io.dynamo.api.ValueException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How failures look over HTTP: what is the client's fault, what may be tried again, and what is known of a write. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** The node that was asked does not run yet, or no more. */
    static final class NotRunningException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotRunningException(String message) {
            super(message);
        }
    }

    /** There is no node of that name. */
    static final class NoSuchNodeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoSuchNodeException(String asked, List<String> known) {
            super("no node " + asked + "; known nodes: " + String.join(", ", known));
        }
    }

    /** A node is already what it was asked to become. */
    static final class AlreadyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AlreadyException(String message) {
            super(message);
        }
    }

    private Failures() {}

    static void addTo(RoutesConfig routes) {
        routes.exception(Problem.BadInputException.class, (e, ctx) -> send(ctx, e.problem()));
        routes.exception(IllegalArgumentException.class, (e, ctx) -> send(ctx, Problem.of(400, "Bad input", text(e))));
        routes.exception(HttpResponseException.class, (e, ctx) -> send(ctx, refused(ctx, e)));
        routes.exception(NoSuchNodeException.class, (e, ctx) -> send(ctx, Problem.of(404, "No such node", text(e))));
        routes.exception(AlreadyException.class, (e, ctx) -> send(ctx, Problem.of(409, "Nothing to do", text(e))));
        routes.exception(
                NotRunningException.class,
                (e, ctx) -> retryLater(
                        ctx, RETRY_AFTER, Problem.failed(503, "Node not running", text(e), Outcome.NOT_APPLIED)));
        routes.exception(
                Carts.TimedOutException.class,
                (e, ctx) -> retryLater(ctx, RETRY_AFTER, Problem.failed(503, "Timed out", text(e), Outcome.UNKNOWN)));
        routes.exception(DynamoException.class, Failures::dynamo);
        routes.exception(Exception.class, (e, ctx) -> {
            LOG.error("{} {} failed", ctx.method(), ctx.path(), e);
            send(ctx, Problem.failed(500, "Internal error", "the log of the service tells more", Outcome.UNKNOWN));
        });
    }

    private static void dynamo(DynamoException e, Context ctx) {
        if (e instanceof QuorumException quorum) {
            retryLater(ctx, RETRY_AFTER, Problem.of(quorum));
        } else if (e instanceof OverloadedException overloaded) {
            retryLater(ctx, overloaded.retryAfter(), Problem.failed(503, "Overloaded", text(e), e.outcome()));
        } else if (e instanceof StorageFailedException) {
            retryLater(ctx, RETRY_AFTER, Problem.failed(503, "Storage failed", text(e), e.outcome()));
        } else if (e instanceof InvalidContextException) {
            send(
                    ctx,
                    Problem.badInput("context", text(e), "what an answer for this cart gave")
                            .problem());
        } else if (e instanceof LimitException) {
            send(ctx, Problem.failed(409, "A limit is reached", text(e), e.outcome()));
        } else if (e instanceof ValueException) {
            LOG.error("{} {} failed", ctx.method(), ctx.path(), e);
            send(ctx, Problem.failed(500, "A stored cart cannot be read", text(e), e.outcome()));
        } else {
            LOG.error("{} {} failed", ctx.method(), ctx.path(), e);
            send(ctx, Problem.failed(500, "Internal error", text(e), e.outcome()));
        }
    }

    private static Problem refused(Context ctx, HttpResponseException e) {
        String detail = e.getStatus() == 404 ? "there is nothing at " + ctx.path() : text(e);
        return Problem.of(e.getStatus(), "Refused", detail);
    }

    private static void retryLater(Context ctx, Duration after, Problem problem) {
        // Whole seconds, rounded up.
        long seconds = Math.max(1, (after.toMillis() + 999) / 1000);
        ctx.header("Retry-After", Long.toString(seconds));
        send(ctx, problem);
    }

    private static void send(Context ctx, Problem problem) {
        ctx.status(problem.status());
        CartServer.send(ctx, Problem.CONTENT_TYPE, problem);
    }

    private static String text(Throwable e) {
        return String.valueOf(e.getMessage());
    }
}
