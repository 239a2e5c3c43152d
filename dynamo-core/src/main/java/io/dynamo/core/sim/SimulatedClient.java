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
import io.dynamo.core.Answered;
import io.dynamo.core.check.ReadEvent;
import io.dynamo.core.check.WriteEvent;
import io.dynamo.core.check.WriteEvent.Outcome;
import io.dynamo.core.sim.Step.Operation;
import io.dynamo.core.sim.Step.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One client: one operation of its list after the other, each on some node, each told to the history. */
final class SimulatedClient {

    private static final int TRIES_MAX = 4;
    private static final double SESSIONS = 0.3;
    private static final double DURABLE = 0.2;
    private static final long SHORTEST_LIFE_MILLIS = 20;
    // From the shortest life to the longest.
    private static final double LIVES = 1_000;
    private static final long RETRY_NANOS_MAX = 300_000_000L;
    private static final Codec<String> CODEC = Codec.utf8();
    private static final Reconciler<String> SIBLINGS = Reconciler.siblings();

    private final SimulatedCluster cluster;
    private final Watch watch;
    private final String name;
    private final List<Operation> operations;
    private final Patience patience;
    private final Map<String, Known> knowledge = new TreeMap<>();
    private long startNanos;
    private int next;

    /** What the client knows of a key: a context, and the values it stands for. */
    private record Known(Context context, TreeSet<Integer> values) {
        static final Known NOTHING = new Known(Context.none(), new TreeSet<>());
    }

    SimulatedClient(SimulatedCluster cluster, Watch watch, String name, List<Operation> operations) {
        this.cluster = cluster;
        this.watch = watch;
        this.name = name;
        this.operations = operations;
        this.patience = new Patience(cluster, watch);
    }

    boolean isDone() {
        return next == operations.size();
    }

    void start() {
        startNanos = cluster.universe().nowNanos();
        awaitNext();
    }

    private void awaitNext() {
        if (!isDone()) {
            long due = startNanos
                    + operations.get(next).atNanos()
                    - cluster.universe().nowNanos();
            patience.later(Math.max(0, due), this::begin);
        }
    }

    private void begin() {
        if (cluster.universe().nowNanos() > Plan.LIMIT_NANOS) {
            next = operations.size();
            return;
        }
        Operation operation = operations.get(next);
        Chance chance = cluster.universe().chance("operation/" + operation.number());
        String id = anyone(chance);
        if (id == null) {
            patience.later(20_000_000, this::begin);
            return;
        }
        new Turn(operation, chance, id).begin();
    }

    private void done() {
        next++;
        awaitNext();
    }

    private @Nullable String anyone(Chance chance) {
        List<String> up = new ArrayList<>();
        for (String id : cluster.ids()) {
            if (cluster.node(id) != null) {
                up.add(id);
            }
        }
        return up.isEmpty() ? null : up.get(chance.below(up.size()));
    }

    private void note(String what) {
        cluster.network().trace().noted(name + " " + cluster.universe().nowNanos() + " " + what);
    }

    /** One operation, with all its tries. */
    private final class Turn {
        private final Operation operation;
        private final String key;
        private final Chance chance;
        private final String first;

        Turn(Operation operation, Chance chance, String first) {
            this.operation = operation;
            this.key = operation.store() + "/" + operation.key();
            this.chance = chance;
            this.first = first;
        }

        void begin() {
            Known known = knowledge.getOrDefault(key, Known.NOTHING);
            switch (operation.verb()) {
                case GET -> get(SimulatedClient.this::done);
                case BLIND_PUT -> write(Known.NOTHING);
                case PUT, DELETE -> write(known);
                case UPDATE -> get(this::writeWhatWasRead);
                default -> throw new IllegalStateException("no such verb: " + operation.verb());
            }
        }

        private void writeWhatWasRead() {
            Known fresh = knowledge.get(key);
            if (fresh == null || cluster.node(first) == null) {
                done();
            } else {
                write(fresh);
            }
        }

        private AsyncStore<String> store(String id) {
            DynamoNode node = cluster.node(id);
            if (node == null) {
                throw new IllegalStateException("node " + id + " is down");
            }
            Reconciler<String> reconciler =
                    operation.store().equals(SimulatedCluster.LWW_STORE) ? Reconciler.lastWriteWins() : SIBLINGS;
            return node.store(operation.store(), CODEC, reconciler).async();
        }

        private void get(Runnable then) {
            Known known = knowledge.getOrDefault(key, Known.NOTHING);
            boolean isSession =
                    cluster.universe().chance("session/" + operation.number()).happens(SESSIONS);
            SortedSet<Integer> session = isSession ? known.values() : new TreeSet<>();
            List<Option> options = new ArrayList<>();
            if (isSession) {
                options.add(Option.session(known.context()));
            }
            if (chance.happens(0.2)) {
                options.add(Option.askAll());
            }
            long beganNanos = cluster.universe().nowNanos();
            ExpiryJudge.Began began = watch.expiry().begins(first);
            CompletionStage<Read<String>> stage = store(first).get(operation.key(), options.toArray(Option[]::new));
            patience.answer(first, key, "a get", stage, (read, failure) -> {
                if (read != null) {
                    saw(read, beganNanos, session, began);
                } else if (failure != null) {
                    judge(first, "a get", failure);
                    watch.history.happened(
                            cluster.universe().nowNanos(), name + " got no " + key + ": " + failure.getMessage());
                }
                note("get " + key + (read == null ? " failed" : " " + read.siblings()));
                then.run();
            });
        }

        private void saw(Read<String> read, long beganNanos, SortedSet<Integer> session, ExpiryJudge.Began began) {
            List<Integer> values = new ArrayList<>();
            for (String value : read.siblings()) {
                values.add(Values.numberIn(key, value));
            }
            SortedSet<Integer> expired = watch.read(
                    new ReadEvent(
                            key,
                            values,
                            new TreeSet<>(),
                            new TreeSet<>(),
                            beganNanos,
                            cluster.universe().nowNanos(),
                            name,
                            ((Answered) read).answered(),
                            read.sessionExpired() ? new TreeSet<>() : session),
                    read.context(),
                    began);
            TreeSet<Integer> seen = new TreeSet<>(values);
            seen.addAll(expired);
            knowledge.put(key, new Known(read.context(), seen));
        }

        private void write(Known known) {
            boolean isDelete = operation.verb() == Verb.DELETE;
            WriteEvent write =
                    watch.history.begin(key, isDelete, name, cluster.universe().nowNanos(), known.values());
            Optional<WriteId> given = Optional.empty();
            if (chance.happens(0.4)) {
                // An application that names its writes does so by the clock of its own process.
                long wallMillis = cluster.machine(first)
                        .clock
                        .wallMillis(cluster.universe().nowNanos());
                given = Optional.of(new WriteId(wallMillis, chance.nextLong()));
            }
            long lifetimeMillis = lifetimeMillis(write);
            if (lifetimeMillis > 0) {
                watch.expiry().begins(key, write.number(), lifetimeMillis);
            }
            attempt(write, known, first, given, 1);
        }

        private void attempt(WriteEvent write, Known known, String id, Optional<WriteId> given, int tries) {
            given.ifPresent(named -> watch.asked(id, write, named));
            int reachable = watch.reachable(id);
            long beganNanos = cluster.universe().nowNanos();
            int durable = durable(write);
            List<Option> all = new ArrayList<>();
            given.ifPresent(named -> all.add(Option.writeId(named)));
            if (lifetimeMillis(write) > 0) {
                all.add(Option.expiresAfter(Duration.ofMillis(lifetimeMillis(write))));
            }
            if (durable > 0) {
                all.add(Option.durable(durable));
            }
            Option[] options = all.toArray(Option[]::new);
            CompletionStage<Written> stage = write.isDelete()
                    ? store(id).delete(operation.key(), known.context(), options)
                    : store(id).put(operation.key(), Values.of(key, write.number()), known.context(), options);
            patience.answer(id, key, "write #" + write.number(), stage, (written, failure) -> {
                if (written != null) {
                    watch.named(write, written.id());
                    watch.acknowledged(write, written);
                    watch.synced(write, written, durable);
                    learn(write, known, written.context());
                }
                if (failure != null) {
                    watch.refused(write, id, reachable, beganNanos, failure);
                }
                settle(write, id, failure);
                Optional<WriteId> name = given;
                if (failure instanceof QuorumException quorum && given.isEmpty()) {
                    name = quorum.writeId();
                    name.ifPresent(found -> watch.named(write, found));
                }
                if (failure != null
                        && write.outcome() == Outcome.UNKNOWN
                        && name.isPresent()
                        && tries < TRIES_MAX
                        && chance.happens(0.8)) {
                    WriteId again = name.get();
                    retry(id, other -> attempt(write, known, other, Optional.of(again), tries + 1));
                } else {
                    done();
                }
            });
        }

        /** How many copies of a write must be synced although its store does not promise it. */
        private int durable(WriteEvent write) {
            boolean isWeak = !watch.profile().bounds().promise().equals(SimulationProfile.Promise.PLAIN);
            Chance asking = cluster.universe().chance("durable/" + write.number());
            return isWeak && asking.happens(DURABLE)
                    ? 1 + asking.below(watch.profile().shape().w())
                    : 0;
        }

        /** How long a value lives, the same at each try; 0 for ever. */
        private long lifetimeMillis(WriteEvent write) {
            Chance expiry = cluster.universe().chance("expiry/" + write.number());
            double expiring = watch.profile().workload().expiring();
            return !write.isDelete() && expiry.happens(expiring)
                    ? (long) (SHORTEST_LIFE_MILLIS * StrictMath.pow(LIVES, expiry.nextDouble()))
                    : 0;
        }

        private void learn(WriteEvent write, Known known, Context context) {
            if (chance.happens(0.5)) {
                TreeSet<Integer> values = new TreeSet<>(known.values());
                values.add(write.number());
                knowledge.put(key, new Known(context, values));
            }
        }

        private void settle(WriteEvent write, String id, @Nullable Throwable failure) {
            Outcome outcome = failure == null ? Outcome.OK : outcomeOf(failure);
            if (failure != null) {
                judge(id, "write #" + write.number(), failure);
            }
            String why = failure == null ? "" : ", " + failure.getMessage();
            write.answered(outcome, cluster.universe().nowNanos(), id + " said " + outcome + why);
            note("write #" + write.number() + " " + outcome);
        }

        /** Failures are honest if they are of those that an application is told of. */
        private void judge(String id, String what, Throwable failure) {
            String why = String.valueOf(failure.getMessage());
            boolean isHonest = failure instanceof DynamoException
                    || failure instanceof Patience.NoAnswer
                    || failure instanceof IllegalStateException && why.endsWith("closed")
                    || failure instanceof IllegalArgumentException && why.startsWith("write id");
            if (!isHonest) {
                watch.violated("THREW " + key + ": " + what + " on " + id + ": " + failure);
            }
            watch.failures++;
        }

        /** Repeats the write after a while, on the same node or another one. */
        private void retry(String id, Consumer<String> again) {
            patience.later(chance.between(0, RETRY_NANOS_MAX), () -> {
                String other = chance.happens(0.5) ? id : anyone(chance);
                if (other == null || cluster.node(other) == null) {
                    done();
                } else {
                    again.accept(other);
                }
            });
        }
    }

    private static Outcome outcomeOf(Throwable failure) {
        boolean isRefused =
                failure instanceof DynamoException known && known.outcome() == io.dynamo.api.Outcome.NOT_APPLIED;
        return isRefused ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
    }
}
