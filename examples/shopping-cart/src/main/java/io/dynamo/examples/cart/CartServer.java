package io.dynamo.examples.cart;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dynamo.api.Health;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The REST interface and the page over HTTP. */
final class CartServer implements AutoCloseable {

    private static final int HEADER_BYTES_MAX = 256 << 10;
    private static final int GRACE_MILLIS = 2_000;
    private static final long BODY_BYTES_MAX = CartContext.TEXT_MAX + 4096L;
    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .build();

    /**
     * What {@code /health} says: these four and nothing else, since others read it too.
     *
     * @param node the node's id
     * @param live whether it works; a node that is not live has to be restarted
     * @param ready whether it can reach a quorum
     * @param missing the members it has no link to
     */
    record HealthView(String node, boolean live, boolean ready, List<String> missing) {
        static HealthView of(Health health) {
            return new HealthView(health.node(), health.live(), health.ready(), health.missing());
        }
    }

    private final Nodes nodes;
    private final Duration timeout;
    private final Metrics metrics;
    private final Javalin http;

    private CartServer(Nodes nodes, Duration timeout, String host, int port) {
        this.nodes = nodes;
        this.timeout = timeout;
        this.metrics = new Metrics(nodes);
        this.http = Javalin.create(this::configure);
        http.start(host, port);
    }

    /** Starts to serve; {@link #port()} tells where. */
    static CartServer start(Nodes nodes, Duration timeout, String host, int port) {
        return new CartServer(nodes, timeout, host, port);
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.maxRequestSize = BODY_BYTES_MAX;
        config.http.prefer405over404 = true;
        config.http.generateEtags = false;
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(GRACE_MILLIS);
            server.setErrorHandler(new BadRequestHandler());
        });
        // A context travels in the URL of a DELETE, and holds the cart that was seen.
        config.jetty.modifyHttpConfiguration(settings -> {
            settings.setRequestHeaderSize(HEADER_BYTES_MAX);
            settings.setSendServerVersion(false);
        });
        config.requestLogger.http(this::measure);
        config.routes.before(ctx -> ctx.header("X-Content-Type-Options", "nosniff"));
        Page.addTo(config.routes);
        config.routes.get("/carts/{id}", ctx -> answer(ctx, ask(ctx, carts -> carts.read(cartId(ctx)))));
        config.routes.post("/carts/{id}/items", this::add);
        config.routes.delete("/carts/{id}/items/{sku}", this::remove);
        config.routes.get("/health", this::health);
        config.routes.get("/nodes", ctx -> json(ctx, NodesView.of(nodes)));
        if (nodes.canStop()) {
            config.routes.post("/nodes/{id}/stop", ctx -> change(ctx, "stopped already", nodes::stop));
            config.routes.post("/nodes/{id}/start", ctx -> change(ctx, "running already", nodes::start));
        }
        config.routes.get(
                "/metrics", ctx -> ctx.contentType(Metrics.CONTENT_TYPE).result(metrics.scrape()));
        Failures.addTo(config.routes);
    }

    private void add(Context ctx) {
        String id = cartId(ctx);
        CartInput.Add add = CartInput.add(id, ctx.bodyAsBytes());
        answer(ctx, ask(ctx, carts -> carts.add(id, add.sku(), add.quantity(), add.context())));
    }

    private void remove(Context ctx) {
        String id = cartId(ctx);
        String sku = CartInput.sku(ctx.pathParam("sku"));
        Optional<CartContext> context = CartInput.context(id, ctx.queryParam("context"));
        answer(ctx, ask(ctx, carts -> carts.remove(id, sku, context)));
    }

    private void health(Context ctx) {
        Health health = nodes.health(nodeId(ctx));
        ctx.status(health.ready() ? 200 : 503);
        json(ctx, HealthView.of(health));
    }

    /** Stops or starts a node; of one that is so already there is nothing to change. */
    private void change(Context ctx, String already, Predicate<String> change) {
        String asked = ctx.pathParam("id");
        String id = known(asked).orElseThrow(() -> new Failures.NoSuchNodeException(asked, nodes.ids()));
        if (!change.test(id)) {
            throw new Failures.AlreadyException("node " + id + " is " + already);
        }
        json(ctx, NodesView.NodeView.of(nodes, id));
    }

    private void answer(Context ctx, CartView cart) {
        metrics.answered(cart);
        json(ctx, cart);
    }

    private static void json(Context ctx, Object answer) {
        send(ctx, "application/json", answer);
    }

    static void send(Context ctx, String contentType, Object answer) {
        try {
            ctx.header("Cache-Control", "no-store").contentType(contentType).result(JSON.writeValueAsBytes(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer has no JSON form", e);
        }
    }

    private static String cartId(Context ctx) {
        return CartInput.cartId(ctx.pathParam("id"));
    }

    /** Through the node that was asked for, which may not run, or be stopped while it is asked. */
    private CartView ask(Context ctx, Function<Carts, CartView> request) {
        String id = nodeId(ctx);
        try {
            return request.apply(new Carts(nodes.carts(id), timeout));
        } catch (IllegalStateException e) {
            if (nodes.view(id).isPresent() && nodes.health(id).live()) {
                throw e;
            }
            throw new Failures.NotRunningException(String.valueOf(e.getMessage()));
        }
    }

    private String nodeId(Context ctx) {
        String asked = ctx.queryParam("node");
        if (asked == null) {
            return nodes.ids().get(0);
        }
        return known(asked).orElseThrow(() -> Problem.badInput("node", asked, String.join(", ", nodes.ids())));
    }

    private Optional<String> known(String asked) {
        String id = asked.toLowerCase(Locale.ROOT);
        return nodes.ids().stream()
                .filter(known -> known.toLowerCase(Locale.ROOT).equals(id))
                .findFirst();
    }

    private void measure(Context ctx, Float millis) {
        Endpoint matched = ctx.endpoints().matchedHttpEndpoint();
        String route = matched == null ? "(none)" : matched.path;
        metrics.request(ctx.method().name(), route, ctx.statusCode(), Duration.ofNanos((long) (millis * 1_000_000)));
    }

    int port() {
        return http.port();
    }

    /** Lets requests under way finish for a moment. */
    @Override
    public void close() {
        http.stop();
        metrics.close();
    }
}
