package io.dynamo.examples.cart;

import io.dynamo.api.DynamoNode;
import io.dynamo.api.Health;
import io.dynamo.core.NodeMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Figures for Prometheus: the JVM, HTTP by route and status, and whether each node can be used. */
final class Metrics implements AutoCloseable {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** What is asked of whichever run of a node there is. */
    private static final String OF_THE_SERVICE = "dynamo.node.";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Counter siblings = Counter.builder("cart.reads.siblings")
            .description("answers that found more than one version of a cart")
            .register(registry);

    Metrics(Nodes nodes) {
        List.of(
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new UptimeMetrics(),
                        collections)
                .forEach(meters -> meters.bindTo(registry));
        nodes.whenOpen(this::bind);
        for (String id : nodes.ids()) {
            gauge(nodes, id, "dynamo.node.live", "1 if storage and transport work", Health::live);
            gauge(nodes, id, "dynamo.node.ready", "1 if a quorum of members can be reached", Health::ready);
            Gauge.builder(
                            "dynamo.node.missing",
                            nodes,
                            all -> all.health(id).missing().size())
                    .description("members without a working link")
                    .tag("node", id)
                    .register(registry);
        }
    }

    /** A node that was started anew has meters of its own; those of its earlier run would stand still for ever. */
    private void bind(DynamoNode node) {
        registry.getMeters().stream()
                .filter(meter -> node.id().equals(meter.getId().getTag("node"))
                        && !meter.getId().getName().startsWith(OF_THE_SERVICE))
                .forEach(registry::remove);
        new NodeMetrics(node).bindTo(registry);
    }

    private void gauge(Nodes nodes, String id, String name, String description, Predicate<Health> isTrue) {
        Gauge.builder(name, nodes, all -> isTrue.test(all.health(id)) ? 1 : 0)
                .description(description)
                .tag("node", id)
                .register(registry);
    }

    /** The route has no ids in it, so that there are few of them. */
    void request(String method, String route, int status, Duration elapsed) {
        Timer.builder("http.server.requests")
                .description("requests answered")
                .tag("method", method)
                .tag("route", route)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(elapsed);
    }

    void answered(CartView cart) {
        if (cart.siblings().size() > 1) {
            siblings.increment();
        }
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
