package io.dynamo.core;

import io.dynamo.api.Health;
import io.dynamo.api.Outcome;
import io.dynamo.api.StorageFailedException;
import io.dynamo.spi.NodeRuntime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a node can reach enough members, and one of the others has let it in: a node that lost its data must not
 * answer anybody before those who know it could say so. If nobody answers in time it serves all the same, as a cluster that
 * was down as a whole has to begin somewhere. One whose id is another's, who may still be there, does not.
 */
final class Readiness {

    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Readiness() {}

    /**
     * Waits for a quorum of members, and for a link.
     *
     * @param others how many other members there are; 0 if none of them can answer
     * @throws StorageFailedException if the cluster refused the node, for good or until the limit
     */
    static void await(EmbeddedNode node, NodeRuntime runtime, Duration limit, int others) {
        CompletableFuture<Health> settled = new CompletableFuture<>();
        look(node, runtime, runtime.nanoTime() + limit.toNanos(), others, settled);
        Health health;
        try {
            health = runtime.await(settled, Patience.beyond(limit.toNanos()));
        } catch (TimeoutException e) {
            health = node.health();
        } catch (InterruptedException e) {
            node.close();
            throw new IllegalStateException("interrupted while node " + node.id() + " was opening", e);
        }
        if (!health.live() || node.isTaken()) {
            node.close();
            throw new StorageFailedException(
                    "node " + node.id() + " was refused: " + health.problem(), Outcome.NOT_APPLIED, null);
        }
        if (health.ready() && isLinked(health, others)) {
            LOG.info("node {}: open and ready", node.id());
        } else if (health.ready()) {
            LOG.warn("node {}: open, though no other member let it in: {}", node.id(), health.problem());
        } else {
            LOG.warn("node {}: open, but not ready: {}", node.id(), health.problem());
        }
    }

    private static void look(
            EmbeddedNode node, NodeRuntime runtime, long deadlineNanos, int others, CompletableFuture<Health> settled) {
        Health health = node.health();
        boolean mayServe = health.ready() && isLinked(health, others);
        if (mayServe || !health.live() || runtime.nanoTime() >= deadlineNanos) {
            settled.complete(health);
        } else {
            runtime.schedule(LOOK_AGAIN_NANOS, () -> look(node, runtime, deadlineNanos, others, settled));
        }
    }

    /** Whether one of the other members has let the node in, if there are any. */
    private static boolean isLinked(Health health, int others) {
        return others == 0 || health.missing().size() < others;
    }
}
