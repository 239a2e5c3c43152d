package io.dynamo.core.replica;

import io.dynamo.core.runtime.Lane;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands what one lane has staged to the engine, and ends it in the order in which it was handed over. An engine may refuse a
 * batch at once while an earlier one of the same key is on its way: if the refusal came first, nobody would see the earlier one
 * until the engine shows it, and what was built on the record before it would replace it.
 *
 * <p>Confined to the lane.
 */
final class Commits {

    private final StorageEngine engine;
    private final Consumer<Commit> ended;
    private final Deque<Commit> underWay = new ArrayDeque<>();
    private @Nullable Lane lane;

    /** {@code ended}: what is done when a batch is in the engine, or is known to be refused. */
    Commits(StorageEngine engine, Consumer<Commit> ended) {
        this.engine = engine;
        this.ended = ended;
    }

    /** The lane runs completions that come later. */
    void confineTo(Lane newLane) {
        lane = newLane;
    }

    void write(Commit commit) {
        Lane home = Objects.requireNonNull(lane, "confineTo comes first");
        underWay.add(commit);
        try {
            engine.write(commit.writes, commit.durability, failure -> {
                commit.end(failure);
                if (!commit.met.compareAndSet(false, true)) {
                    home.execute(this::goOn);
                }
            });
        } catch (StorageException e) {
            commit.end(e);
            commit.met.set(true);
        }
        // An engine that was done before it returned saves the way over the lane's queue.
        if (!commit.met.compareAndSet(false, true)) {
            goOn();
        }
    }

    private void goOn() {
        for (Commit first = underWay.peek(); first != null && first.isEnded(); first = underWay.peek()) {
            underWay.remove();
            ended.accept(first);
        }
    }
}
