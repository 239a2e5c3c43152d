package io.dynamo.core;

import io.dynamo.api.CatchingUp;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.MemberView.State;
import io.dynamo.api.View;
import io.dynamo.core.coordinate.Meters.Figures;
import io.dynamo.core.replica.Hints;
import io.dynamo.core.wire.Assembly;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The figures of a node as Micrometer meters; needs {@code micrometer-core} on the class path. Every meter has the tag
 * {@code node}; the storage engine's own figures are gauges named {@code dynamo.storage.…}.
 */
public final class NodeMetrics implements MeterBinder {

    private final EmbeddedNode node;

    /**
     * The meters of a node.
     *
     * @param node opened through {@link DynamoNode}
     */
    public NodeMetrics(DynamoNode node) {
        if (!(node instanceof EmbeddedNode embedded)) {
            throw new IllegalArgumentException("node " + node.id() + " was not opened by DynamoNode");
        }
        this.node = embedded;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = Tags.of("node", node.id());
        timer(registry, "dynamo.reads", "reads answered", tags, Figures::reads, Figures::readNanos);
        timer(registry, "dynamo.writes", "writes acknowledged", tags, Figures::writes, Figures::writeNanos);
        counter(registry, "dynamo.requests.failed", "requests that failed", tags, Figures::failures);
        counter(registry, "dynamo.requests.shed", "requests refused at a limit", tags, Figures::shed);
        counter(registry, "dynamo.frames.dropped", "frames dropped at a full lane", tags, Figures::dropped);
        counter(registry, "dynamo.frames.too-old", "requests older than message.lifetime", tags, Figures::tooOld);
        counter(registry, "dynamo.siblings", "reads that found several versions", tags, Figures::siblings);
        counter(registry, "dynamo.read.repairs", "replicas brought up to date after a read", tags, Figures::repairs);
        dropped(registry, tags, "limit", Assembly.Dropped::overLimit);
        dropped(registry, tags, "age", Assembly.Dropped::expired);
        dropped(registry, tags, "damage", Assembly.Dropped::damaged);
        counter(
                registry,
                "dynamo.clock.truncations",
                "writes that made their record forget entries",
                tags,
                Figures::truncations);
        buffer(registry, tags);
        hints(registry, tags);
        repair(registry, tags);
        purge(registry, tags);
        gauge(
                registry,
                "dynamo.members.missing",
                tags,
                one -> one.health().missing().size());
        gauge(registry, "dynamo.members.held-down", tags, one -> heldDown(one.view()));
        FunctionCounter.builder("dynamo.members.holds", node, EmbeddedNode::holds)
                .description("times a member was held down because it did not answer")
                .tags(tags)
                .register(registry);
        gauge(registry, "dynamo.ready", tags, one -> one.health().ready() ? 1 : 0);
        for (String name : node.storageFigures().keySet()) {
            gauge(
                    registry,
                    "dynamo.storage." + name,
                    tags,
                    one -> one.storageFigures().getOrDefault(name, 0L));
        }
    }

    private static long heldDown(View view) {
        return view.members().stream()
                .filter(member -> member.state() == State.HELD_DOWN || member.state() == State.PROBING)
                .count();
    }

    private void buffer(MeterRegistry registry, Tags tags) {
        gauge(
                registry,
                "dynamo.buffer.waiting",
                tags,
                one -> one.figures().buffer().waiting());
        counter(
                registry,
                "dynamo.buffer.lost",
                "writes that were acknowledged before the disk had them, and whose commit failed",
                tags,
                figures -> figures.buffer().lost());
    }

    private void repair(MeterRegistry registry, Tags tags) {
        counter(
                registry,
                "dynamo.repair.passes",
                "partitions compared with another owner's",
                tags,
                figures -> figures.exchanges().count());
        counter(
                registry,
                "dynamo.repair.given-up",
                "of those, without an answer",
                tags,
                figures -> figures.exchanges().givenUp());
        counter(
                registry,
                "dynamo.repair.hashes",
                "digests sent for it",
                tags,
                figures -> figures.exchanges().hashes());
        counter(
                registry,
                "dynamo.repair.repaired",
                "records brought up to date by it",
                tags,
                figures -> figures.exchanges().repaired());
        counter(
                registry,
                "dynamo.behind.lost",
                "partitions caught up on of which no owner had kept its data",
                tags,
                figures -> figures.exchanges().lost());
        gauge(registry, "dynamo.background.share", tags, one -> one.status().share());
        gauge(
                registry,
                "dynamo.behind.partitions",
                tags,
                one -> one.view().catchingUp().map(CatchingUp::partitions).orElse(0));
    }

    private void purge(MeterRegistry registry, Tags tags) {
        counter(registry, "dynamo.purge.purged", "deleted records removed", tags, Figures::purged);
        counter(
                registry,
                "dynamo.purge.forgotten",
                "records that have forgotten entries of runs that are over",
                tags,
                Figures::forgotten);
        for (String member : node.members()) {
            gauge(
                    registry,
                    "dynamo.purge.blocked",
                    tags.and("target", member),
                    one -> one.purgeBlocked().getOrDefault(member, 0));
        }
    }

    private void hints(MeterRegistry registry, Tags tags) {
        counter(registry, "dynamo.hints.handed-over", "records handed over", tags, Figures::handedOver);
        FunctionCounter.builder("dynamo.hints.refused", node, one -> one.hints().refused())
                .description("writes for others that were not taken because hints.bytes was reached")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder(
                        "dynamo.owed.dropped", node, one -> one.hints().owed().dropped())
                .description("keys that were not noted as owed because there was no room")
                .tags(tags)
                .register(registry);
        gauge(registry, "dynamo.owed.bytes", tags, one -> one.hints().owed().bytes());
        gauge(registry, "dynamo.hints.count", tags, one -> one.hints().count());
        gauge(registry, "dynamo.hints.bytes", tags, one -> one.hints().bytes());
        gauge(registry, "dynamo.hints.damaged", tags, one -> one.hints().damaged());
        for (String member : node.members()) {
            Tags target = tags.and("target", member);
            gauge(
                    registry,
                    "dynamo.hints.waiting",
                    target,
                    one -> waiting(one, member).count());
            gauge(registry, "dynamo.hints.oldest-seconds", target, one -> {
                long since = waiting(one, member).oldestMillis();
                return since == 0 ? 0 : Math.max(0, one.runtime().wallMillis() - since) / 1_000.0;
            });
            gauge(registry, "dynamo.owed.waiting", target, one -> one.hints().owedTo(member));
        }
    }

    private static Hints.Waiting waiting(EmbeddedNode node, String member) {
        return node.hints().waitingFor(member);
    }

    private void timer(
            MeterRegistry registry,
            String name,
            String description,
            Tags tags,
            ToDoubleFunction<Figures> count,
            ToDoubleFunction<Figures> nanos) {
        FunctionTimer.builder(
                        name,
                        node,
                        one -> (long) count.applyAsDouble(one.figures()),
                        one -> nanos.applyAsDouble(one.figures()),
                        TimeUnit.NANOSECONDS)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void counter(
            MeterRegistry registry, String name, String description, Tags tags, ToDoubleFunction<Figures> count) {
        FunctionCounter.builder(name, node, one -> count.applyAsDouble(one.figures()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void dropped(MeterRegistry registry, Tags tags, String reason, ToDoubleFunction<Assembly.Dropped> value) {
        FunctionCounter.builder("dynamo.chunks.dropped", node, one -> value.applyAsDouble(one.droppedChunks()))
                .description("messages in chunks that were given up")
                .tags(tags.and("reason", reason))
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, Tags tags, ToDoubleFunction<EmbeddedNode> value) {
        Gauge.builder(name, node, value).tags(tags).register(registry);
    }
}
