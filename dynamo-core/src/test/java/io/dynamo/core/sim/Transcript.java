package io.dynamo.core.sim;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.CatchingUp;
import io.dynamo.api.Codec;
import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.MemberView;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Written;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.repair.Outcome;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.CompareTreesRequest;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutResponse;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.GetReplicaRequest;
import io.dynamo.core.wire.GetReplicaResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.MessageFrame;
import io.dynamo.core.wire.ProbeRequest;
import io.dynamo.core.wire.ProbeResponse;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import io.dynamo.core.wire.Rejection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A story of a whole cluster as text: what clients say and are told, and what nodes say to each other about keys. No times and
 * no ids. Distances differ from node to node, so that the order of events follows from them and not from chance.
 */
final class Transcript {

    private static final Duration SOON = Duration.ofSeconds(4);
    private static final Duration DISTANCE = Duration.ofNanos(100_000);
    private static final Codec<String> CODEC = Codec.utf8();
    private static final Reconciler<String> SIBLINGS = Reconciler.siblings();

    final SimulatedCluster cluster;
    private final StringBuilder text = new StringBuilder();
    private BiPredicate<String, Message> lost = (route, message) -> false;
    private final Map<String, Envelope> heard = new TreeMap<>();
    // What becomes of the frame that was heard last.
    private boolean isLost;

    Transcript(int nodes) {
        this(nodes, SimulationProfile.calm().bounds());
    }

    /** Deleted records are removed in this one, and nobody compares what it holds but who is told to. */
    static Transcript purging(int nodes) {
        return new Transcript(
                nodes,
                SimulationProfile.calm()
                        .bounds()
                        .repairing(Duration.ofDays(1_000))
                        .purging(Duration.ofSeconds(5)));
    }

    private Transcript(int nodes, SimulationProfile.Bounds bounds) {
        cluster = new SimulatedCluster(
                1,
                SimulationProfile.calm()
                        .with(bounds)
                        .with(new SimulationProfile.Shape(nodes, 3, 2, 2, 4, true, 0))
                        .with(new SimulationProfile.Network(0, 0, DISTANCE, DISTANCE, 0, true, 0, 0, 4 << 20))
                        .with(new SimulationProfile.Disk(
                                Duration.ofNanos(200_000), Duration.ofNanos(200_000), 0, 0, 0, 0)));
        for (String id : cluster.ids()) {
            cluster.network().slow(port(id), port(id));
        }
        cluster.settle();
        cluster.run(SOON);
        cluster.network().tap((from, to, frame) -> hear(from, to, MessageFrame.open(frame)));
        cluster.network().lose((from, to, frame) -> isLost);
    }

    /** A line of the teller. */
    Transcript tell(String line) {
        text.append("# ").append(line).append('\n');
        return this;
    }

    /** From now on these messages are lost; routes are written {@code "a -> b"}. */
    void lose(BiPredicate<String, Message> which) {
        lost = which;
    }

    Context put(String id, String key, String value, Context seen, Option... options) {
        say("client -> " + id + ": put " + key + " = " + value + (seen.isNone() ? ", having seen nothing" : ""));
        return write(id, () -> store(id).put(key, value, seen, options));
    }

    Context delete(String id, String key, Context seen, Option... options) {
        say("client -> " + id + ": delete " + key);
        return write(id, () -> store(id).delete(key, seen, options));
    }

    /** One member is made to tell another what it would not tell by itself. */
    void forge(String from, String to, Message message) {
        Envelope last = Objects.requireNonNull(heard.get(to));
        Envelope forged = new Envelope(from, last.session(), last.placement(), last.heard(), message);
        Objects.requireNonNull(cluster.machine(from).run)
                .transport
                .send(cluster.machine(to).member.address(), new MessageFrame(forged));
        quiet();
    }

    private Context write(String id, Supplier<CompletionStage<Written>> call) {
        try {
            Written written = cluster.await(call.get(), SOON);
            say(id + " -> client: done, coordinated by " + written.coordinator() + ", acknowledged by "
                    + written.acknowledged().stream().sorted().toList());
            return written.context();
        } catch (RuntimeException e) {
            say(id + " -> client: " + said(e));
            return Context.none();
        } finally {
            quiet();
        }
    }

    Context get(String id, String key, Option... options) {
        say("client -> " + id + ": get " + key);
        try {
            Read<String> read = cluster.await(store(id).get(key, options), SOON);
            List<String> siblings = read.siblings().stream().sorted().toList();
            say(id + " -> client: " + (siblings.isEmpty() ? "nothing" : String.join(" | ", siblings)));
            return read.context();
        } catch (RuntimeException e) {
            say(id + " -> client: " + said(e));
            return Context.none();
        } finally {
            quiet();
        }
    }

    /** A node compares the partition of a key with its other owners. */
    void compare(String id, String key) {
        say(id + " compares the partition of " + key + " with its other owners");
        int partition = StoredKey.of("things", key.getBytes(StandardCharsets.UTF_8), SimulatedSettings.PARTITIONS)
                .partition();
        List<Outcome> outcomes = new ArrayList<>();
        Objects.requireNonNull(cluster.core(id)).compareNow(partition, outcomes::add);
        cluster.runUntil(() -> outcomes.size() == 2, Duration.ofSeconds(30));
        outcomes.forEach(outcome -> say(id + ": " + outcome.state() + ", " + outcome.repaired() + " repaired"));
        quiet();
    }

    /** A node says how a member stands. */
    void view(String id, String member) {
        for (MemberView one : Objects.requireNonNull(cluster.node(id)).view().members()) {
            if (one.id().equals(member)) {
                say(id + " sees " + member + ": " + one.state() + (one.why().isEmpty() ? "" : ", " + one.why()));
            }
        }
    }

    /** A node says what it has lost. */
    void lacks(String id) {
        Optional<CatchingUp> lacks =
                Objects.requireNonNull(cluster.node(id)).view().catchingUp();
        say(
                lacks.isEmpty()
                        ? id + " answers all readers"
                        : id + " answers no readers of " + lacks.get().partitions() + " partitions, and waits for "
                                + String.join(", ", lacks.get().waitingFor()));
    }

    /** What is not worth telling. */
    void silently(Runnable what) {
        int end = text.length();
        what.run();
        text.setLength(end);
    }

    /** What was on its way arrives, before the story goes on. */
    void quiet() {
        cluster.run(Duration.ofMillis(300));
    }

    /** The whole story. How often something is sent again is nobody's business: it is told once. */
    String text() {
        List<String> lines = text.toString().lines().toList();
        StringBuilder folded = new StringBuilder();
        for (int i = 0; i < lines.size(); ) {
            int size = repeatedAt(lines, i);
            for (String line : lines.subList(i, i + Math.max(1, size))) {
                folded.append(line).append('\n');
            }
            int next = i + Math.max(1, size);
            if (size > 0) {
                folded.append("  ... and again, until the time is up\n");
                while (isRepeated(lines, i, next, size)) {
                    next += size;
                }
            }
            i = next;
        }
        return folded.toString();
    }

    /** How many lines from here on come at least three times; 0 if none do. */
    private static int repeatedAt(List<String> lines, int start) {
        for (int size = 1; start + 3 * size <= lines.size() && lines.get(start).startsWith("  "); size++) {
            if (isRepeated(lines, start, start + size, size) && isRepeated(lines, start, start + 2 * size, size)) {
                return size;
            }
        }
        return 0;
    }

    private static boolean isRepeated(List<String> lines, int start, int again, int size) {
        return again + size <= lines.size()
                && lines.subList(start, start + size).equals(lines.subList(again, again + size));
    }

    List<String> owners(String key) {
        return Simulation.owners(new SimulationProfile.Shape(cluster.ids().size(), 3, 2, 2, 4, true, 0), "things", key);
    }

    private AsyncStore<String> store(String id) {
        return Objects.requireNonNull(cluster.node(id))
                .store("things", CODEC, SIBLINGS)
                .async();
    }

    private static String said(RuntimeException failure) {
        return failure instanceof DynamoException known
                ? failure.getClass().getSimpleName() + ", " + known.outcome()
                : failure.getClass().getSimpleName();
    }

    private void hear(int from, int to, Envelope envelope) {
        Message message = envelope.message();
        String route = route(from, to);
        if (envelope.session() != 0) {
            heard.put(id(to), envelope);
        }
        isLost = lost.test(route, message) || cluster.network().isCut(from, to);
        String what = told(message);
        // Comparisons begin again and again; one that is lost is not worth telling.
        if (what != null && !(isLost && message instanceof CompareTreesRequest)) {
            say("  " + route + ": " + what + (isLost ? " (lost)" : ""));
        }
    }

    private static @Nullable String told(Message message) {
        if (message instanceof PutReplicaRequest put) {
            String verb = put.request() == 0 ? "repair " : "store ";
            String forWhom = put.hintFor().isEmpty() ? "" : ", for " + String.join(" and ", put.hintFor());
            return verb + utf8(put.key()) + ", which is " + told(put.set()) + forWhom;
        }
        if (message instanceof PutReplicaResponse) {
            return "stored";
        }
        if (message instanceof GetReplicaRequest get) {
            return "what do you hold of " + utf8(get.key()) + "?";
        }
        if (message instanceof GetReplicaResponse get) {
            return told(get.set());
        }
        if (message instanceof CoordinatePutRequest put) {
            byte[] value = put.write().value();
            return "coordinate "
                    + (value == null ? "delete " + utf8(put.key()) : "put " + utf8(put.key()) + " = " + utf8(value))
                    + switch (put.before()) {
                        case NOWHERE -> "";
                        case HERE -> ", which you may have done already";
                        case ELSEWHERE -> ", which somebody else may have done already";
                    };
        }
        if (message instanceof CoordinatePutResponse put) {
            return put.failure() == CoordinatePutResponse.Failure.NONE ? "done" : "failed: " + put.failure();
        }
        if (message instanceof ProbeRequest) {
            return "are you there?";
        }
        if (message instanceof ProbeResponse) {
            return "I am";
        }
        if (message instanceof Rejection rejection) {
            return "refused: " + rejection.reason();
        }
        return RepairWords.told(message);
    }

    static String told(VersionSet set) {
        if (set.isEmpty()) {
            return "never heard of";
        }
        List<String> values = new ArrayList<>();
        for (Version version : set.distinctWrites()) {
            byte[] value = version.value();
            values.add(value == null ? "deleted" : utf8(value));
        }
        return String.join(" | ", values.stream().sorted().toList());
    }

    private void say(String line) {
        text.append(line).append('\n');
    }

    static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String route(int from, int to) {
        return id(from) + " -> " + id(to);
    }

    private String id(int port) {
        return cluster.ids().get(port - 1);
    }

    private int port(String id) {
        return cluster.machine(id).port();
    }
}
