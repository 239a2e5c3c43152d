package io.dynamo.examples.cart;

import io.dynamo.api.ConfigException;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.StorageFailedException;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;

/** Starts the cart service: three nodes in this process, or, with {@code --config}, one node of a real cluster. */
public final class Main {

    private static final int LOCAL_PORT = 8080;
    private static final int FIRST_MEMBER_PORT = 8081;
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;
    private static final String CLOSED = "Stopped; everything is closed";
    private static final long CLOSE_MILLIS_MAX = TimeUnit.SECONDS.toMillis(10);

    private Main() {}

    /**
     * Runs until the process is asked to end.
     *
     * @param args see {@link Arguments#USAGE}
     */
    public static void main(String[] args) {
        if (Arrays.asList(args).contains("--help")) {
            System.out.print(Arguments.USAGE);
            return;
        }
        quietLibraries();
        int exit = run(args);
        if (exit != 0) {
            System.exit(exit);
        }
    }

    /** What logs through java.util.logging follows the file beside logback.xml. */
    private static void quietLibraries() {
        try (InputStream settings = Main.class.getResourceAsStream("/logging.properties")) {
            LogManager.getLogManager().readConfiguration(settings);
        } catch (IOException e) {
            throw new UncheckedIOException("logging.properties cannot be read", e);
        }
    }

    /** Returns 0 once the service runs, else the exit code. */
    private static int run(String[] args) {
        try {
            start(Arguments.parse(args));
            return 0;
        } catch (Arguments.UsageException e) {
            System.err.println(e.getMessage() + System.lineSeparator());
            System.err.print(Arguments.USAGE);
            return EXIT_USAGE;
        } catch (ConfigException | StorageFailedException | JavalinBindException e) {
            System.err.println(e.getMessage());
            return EXIT_FAILED;
        } catch (RuntimeException e) {
            e.printStackTrace();
            return EXIT_FAILED;
        }
    }

    private static void start(Arguments arguments) {
        DynamoConfig file = arguments.config().map(DynamoConfig::load).orElseGet(DynamoConfig::empty);
        DynamoConfig config = file.withSystemProperties();
        if (arguments.config().isPresent()) {
            SingleNode node = new SingleNode(config);
            serve(node, arguments, port(arguments, config), config);
            node.open();
        } else {
            serve(LocalNodes.open(config), arguments, port(arguments, config), config);
        }
    }

    private static void serve(Nodes nodes, Arguments arguments, int port, DynamoConfig config) {
        CartServer server;
        try {
            server = CartServer.start(nodes, CartStore.timeout(config), arguments.host(), port);
        } catch (RuntimeException e) {
            nodes.close();
            throw e;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server, nodes), "close"));
        boolean local = arguments.config().isEmpty();
        System.out.println("Cart service: "
                + (local
                        ? "nodes " + String.join(", ", nodes.ids()) + " in this process"
                        : "node " + nodes.ids().get(0))
                + " (" + config.get("storage.engine").orElse("memory") + ", "
                + config.get("transport.type").orElse("in-process") + ")");
        System.out.println("Open http://localhost:" + server.port() + "/ in a browser; Ctrl-C stops");
    }

    /** The port of the command line; else one for each member, so that the files of one cluster can run side by side. */
    static int port(Arguments arguments, DynamoConfig config) {
        if (arguments.port().isPresent()) {
            return arguments.port().get();
        }
        List<String> members = SingleNode.members(config);
        int place = members.indexOf(config.get("node.id").orElse(""));
        return arguments.config().isEmpty() || place < 0 ? LOCAL_PORT : FIRST_MEMBER_PORT + place;
    }

    /** HTTP first, so that no request meets a closed node. Bounded: a process that was asked to end ends. */
    private static void close(CartServer server, Nodes nodes) {
        Thread closing = new Thread(
                () -> {
                    server.close();
                    nodes.close();
                },
                "closing");
        closing.setDaemon(true);
        closing.start();
        try {
            closing.join(CLOSE_MILLIS_MAX);
            System.out.println(closing.isAlive() ? "Stopped; not everything could be closed in time" : CLOSED);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
