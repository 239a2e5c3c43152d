package io.dynamo.core.sim;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.Option;
import io.dynamo.api.QuorumException;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.WriteId;
import io.dynamo.api.Written;
import io.dynamo.core.NodeCore;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.ContextTokens;
import io.dynamo.core.coordinate.WriteCommand;
import io.dynamo.core.coordinate.WritePlan;
import io.dynamo.core.sim.History.Outcome;
import io.dynamo.core.sim.History.Seen;
import io.dynamo.core.sim.History.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One client: one operation after the other, each on some node, each told to the history. */
final class SimulatedClient {

    static final String STORE = "things";
    // Longer than the request timeout of 1 s, also where one request has two phases.
    private static final long PATIENCE_NANOS = 3_500_000_000L;
    private static final int TRIES_MAX = 4;
    private static final Codec<String> CODEC = Codec.utf8();
    private static final Reconciler<String> RECONCILER = Reconciler.siblings();

    private final SimulatedCluster cluster;
    private final History history;
    private final Map<Integer, WriteId> ids;
    // Of each read in the history, in the same order.
    private final List<CausalContext> contexts;
    private final String name;
    private final Chance chance;
    private final int keys;
    private final int w;
    private int left;
    private final Map<String, Known> knowledge = new TreeMap<>();

    /** What the client knows of a key: a context, and the values it stands for. */
    private record Known(Context context, TreeSet<Integer> values) {}

    /** What the clients of one run share. */
    record Shared(
            SimulatedCluster cluster,
            History history,
            Map<Integer, WriteId> ids,
            List<CausalContext> contexts,
            int keys,
            int w) {}

    SimulatedClient(Shared shared, String name, int operations) {
        this.cluster = shared.cluster();
        this.history = shared.history();
        this.ids = shared.ids();
        this.contexts = shared.contexts();
        this.keys = shared.keys();
        this.w = shared.w();
        this.name = name;
        this.chance = cluster.universe().chance("client/" + name);
        this.left = operations;
    }

    boolean isDone() {
        return left == 0;
    }

    void start() {
        later(chance.between(0, 50_000_000), this::next);
    }

    private void done() {
        left--;
        if (left > 0) {
            later(chance.happens(0.1) ? chance.between(0, 1_000_000_000) : chance.between(0, 40_000_000), this::next);
        }
    }

    private void next() {
        String id = upNode();
        if (id == null) {
            later(20_000_000, this::next);
            return;
        }
        String key = "key-" + chance.below(keys);
        int dice = chance.below(100);
        Known known = knowledge.get(key);
        if (dice < 25) {
            get(id, key, this::done);
        } else if (dice < 40) {
            write(id, key, false, new Known(Context.none(), new TreeSet<>()));
        } else if (dice < 70 && known != null) {
            write(id, key, false, known);
        } else if (dice < 80 && known != null) {
            write(id, key, true, known);
        } else {
            // As an update does: read, then write what replaces all that was read.
            get(id, key, () -> {
                Known fresh = knowledge.get(key);
                if (fresh == null || cluster.node(id) == null) {
                    done();
                } else {
                    write(id, key, false, fresh);
                }
            });
        }
    }

    private @Nullable String upNode() {
        List<String> up = new ArrayList<>();
        for (String id : cluster.ids()) {
            if (cluster.node(id) != null) {
                up.add(id);
            }
        }
        return up.isEmpty() ? null : up.get(chance.below(up.size()));
    }

    private AsyncStore<String> store(String id) {
        DynamoNode node = cluster.node(id);
        if (node == null) {
            throw new IllegalStateException("node " + id + " is down");
        }
        return node.store(STORE, CODEC, RECONCILER).async();
    }

    private void get(String id, String key, Runnable then) {
        Option[] options = chance.happens(0.2) ? new Option[] {Option.askAll()} : new Option[0];
        long beganNanos = cluster.universe().nowNanos();
        answer(id, "get " + key, 1_100, store(id).get(key, options), (read, failure) -> {
            if (read != null) {
                saw(key, read, beganNanos);
            }
            note("get " + key + (read == null ? " failed" : " " + read.siblings()));
            then.run();
        });
    }

    private void saw(String key, Read<String> read, long beganNanos) {
        List<Integer> values = new ArrayList<>();
        for (String value : read.siblings()) {
            values.add(numberOf(key, value));
        }
        Seen seen = new Seen(key, values, new TreeSet<>(), beganNanos, name);
        history.reads.add(seen);
        contexts.add(((ContextTokens.Seen) read.context()).causal());
        knowledge.put(key, new Known(read.context(), new TreeSet<>(values)));
    }

    static int numberOf(String key, String value) {
        return value.startsWith(key + "#") ? Integer.parseInt(value.substring(key.length() + 1)) : -1;
    }

    private void write(String id, String key, boolean isDelete, Known known) {
        Write write = history.begin(key, isDelete, known.values());
        write.beganMillis = nowMillis();
        Optional<WriteId> given = Optional.empty();
        // A delete leaves no value by which to find it, so it always has a name that is known here.
        if (isDelete || chance.happens(0.4)) {
            given = Optional.of(new WriteId(1_600_000_000_000L + nowMillis(), chance.nextLong()));
            ids.put(write.number, given.get());
        }
        attempt(new Attempt(write, known), id, given, 1);
    }

    private record Attempt(Write write, Known known) {}

    private void attempt(Attempt what, String id, Optional<WriteId> writeId, int tries) {
        Write write = what.write();
        Option[] options =
                writeId.map(given -> new Option[] {Option.writeId(given)}).orElse(new Option[0]);
        Context context = what.known().context();
        CompletionStage<Written> stage = write.isDelete
                ? store(id).delete(write.key, context, options)
                : store(id).put(write.key, write.value(), context, options);
        answer(id, "write #" + write.number, 1_100, stage, (written, failure) -> {
            if (written != null) {
                ids.put(write.number, written.id());
                if (chance.happens(0.5)) {
                    TreeSet<Integer> values = new TreeSet<>(what.known().values());
                    values.add(write.number);
                    knowledge.put(write.key, new Known(written.context(), values));
                }
            }
            settle(what, id, writeId, tries, failure);
        });
    }

    /** Repeats the write on another node, which is told that it may have been minted elsewhere. */
    private void attemptElsewhere(Attempt what, String id, WriteId writeId, int tries) {
        Write write = what.write();
        NodeCore core = cluster.core(id);
        if (core == null) {
            throw new IllegalStateException("node " + id + " is down");
        }
        boolean blind = what.known().context().isNone();
        ContextTokens.Seen seen =
                blind ? null : (ContextTokens.Seen) what.known().context();
        WriteCommand command = new WriteCommand(
                writeId,
                seen == null ? CausalContext.EMPTY : seen.causal(),
                blind,
                seen == null ? 0 : seen.highestTimestamp(),
                write.isDelete ? null : write.value().getBytes(StandardCharsets.UTF_8),
                WriteCommand.Origin.ELSEWHERE);
        answer(
                id,
                "write #" + write.number,
                2_100,
                core.put(
                        STORE,
                        write.key.getBytes(StandardCharsets.UTF_8),
                        command,
                        new WritePlan(w, 0, 0, 1_000_000_000L, false)),
                (written, failure) -> settle(what, id, Optional.of(writeId), tries, failure));
    }

    private void settle(Attempt what, String id, Optional<WriteId> given, int tries, @Nullable Throwable failure) {
        Write write = what.write();
        Outcome outcome = failure == null ? Outcome.OK : outcomeOf(failure);
        write.story
                .append("; at ")
                .append(nowMillis())
                .append(" ms ")
                .append(id)
                .append(": ")
                .append(outcome);
        if (failure != null) {
            write.story.append(" (").append(failure.getMessage()).append(')');
        }
        note("write #" + write.number + " " + outcome);
        if (write.outcome != Outcome.UNKNOWN || outcome == Outcome.OK) {
            write.outcome = outcome;
        }
        if (outcome == Outcome.OK) {
            write.okNanos = cluster.universe().nowNanos();
        }
        Optional<WriteId> known = given;
        if (failure instanceof QuorumException quorum && known.isEmpty()) {
            known = quorum.writeId();
            known.ifPresent(found -> ids.put(write.number, found));
        }
        if (write.outcome == Outcome.UNKNOWN
                && outcome != Outcome.OK
                && known.isPresent()
                && tries < TRIES_MAX
                && chance.happens(0.8)) {
            retryLater(what, id, known.get(), tries);
        } else {
            done();
        }
    }

    private void retryLater(Attempt what, String id, WriteId writeId, int tries) {
        later(chance.between(0, 300_000_000), () -> {
            String other = chance.happens(0.5) ? id : upNode();
            if (other == null || cluster.node(other) == null) {
                done();
            } else if (other.equals(id)) {
                attempt(what, id, Optional.of(writeId), tries + 1);
            } else {
                attemptElsewhere(what, other, writeId, tries + 1);
            }
        });
    }

    private static Outcome outcomeOf(Throwable failure) {
        if (failure instanceof DynamoException known) {
            return known.outcome() == io.dynamo.api.Outcome.NOT_APPLIED ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
        }
        return Outcome.UNKNOWN;
    }

    /** Hands on the answer, or a failure once patience is over: a node that crashed will never answer. */
    private <T> void answer(
            String id,
            String what,
            long limitMillis,
            CompletionStage<T> stage,
            BiConsumer<@Nullable T, Throwable> then) {
        boolean[] isAnswered = {false};
        long beganNanos = cluster.universe().nowNanos();
        int run = cluster.runs(id);
        var unused = stage.whenComplete((value, failure) -> {
            if (!isAnswered[0]) {
                isAnswered[0] = true;
                long tookMillis = (cluster.universe().nowNanos() - beganNanos) / 1_000_000;
                if (tookMillis > limitMillis) {
                    history.violations.add("LATE " + what + " took " + tookMillis + " ms on " + id);
                }
                Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
                then.accept(value, cause);
            }
        });
        later(PATIENCE_NANOS, () -> {
            if (!isAnswered[0]) {
                isAnswered[0] = true;
                if (cluster.runs(id) == run && cluster.node(id) != null) {
                    history.violations.add(
                            "HUNG " + what + " was never answered by " + id + " at " + nowMillis() + " ms");
                }
                then.accept(null, new IllegalStateException("no answer"));
            }
        });
    }

    private void note(String what) {
        cluster.network().trace().noted(name + " " + nowMillis() + " " + what);
    }

    private long nowMillis() {
        return cluster.now().toMillis();
    }

    private void later(long nanos, Runnable what) {
        cluster.universe().at(cluster.universe().nowNanos() + nanos, null, what);
    }
}
