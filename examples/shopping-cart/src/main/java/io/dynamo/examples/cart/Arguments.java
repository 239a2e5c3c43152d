package io.dynamo.examples.cart;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The command line.
 *
 * @param config the file of one node of a real cluster; none for three nodes in this process
 * @param port where to serve HTTP; 0 lets the system choose; none for the usual one
 * @param host the address to listen on
 */
record Arguments(Optional<Path> config, Optional<Integer> port, String host) {

    static final String USAGE = """
            Usage: java [-Ddynamo.KEY=VALUE ...] -jar shopping-cart.jar [--config FILE] [--port N] [--host ADDRESS]

              --config FILE    one node of a real cluster, as the file says; without it three nodes in this process
              --port N         where page and REST are served: 0 to 65535, 0 for any free port;
                               8080 without --config, else 8081 for the first member of the file, 8082 for the second, ...
              --host ADDRESS   the address to listen on; 127.0.0.1 if not given
              --help           this text

            Every setting of a node can be given as a system property, for example -Ddynamo.storage.engine=rocksdb.
            """;

    private static final int PORT_MAX = 65_535;

    /** A command line that cannot be used. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /**
     * Reads the command line; {@code --name value} and {@code --name=value} mean the same.
     *
     * @throws UsageException naming the argument that is wrong
     */
    static Arguments parse(String... args) {
        Arguments read = new Arguments(Optional.empty(), Optional.empty(), "127.0.0.1");
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].startsWith("--") ? args[i].indexOf('=') : -1;
            String name = equals < 0 ? args[i] : args[i].substring(0, equals);
            if (!name.equals("--config") && !name.equals("--port") && !name.equals("--host")) {
                throw new UsageException(
                        "unknown argument '" + args[i] + "'; allowed: --config, --port, --host, --help");
            }
            String value = equals < 0 ? next(args, i) : args[i].substring(equals + 1);
            i += equals < 0 ? 1 : 0;
            read = read.with(name, value);
        }
        return read;
    }

    private static String next(String[] args, int i) {
        if (i + 1 == args.length || args[i + 1].startsWith("--")) {
            throw new UsageException(args[i] + " needs a value");
        }
        return args[i + 1];
    }

    private Arguments with(String name, String value) {
        return switch (name) {
            case "--config" -> {
                refuseTwice(name, config);
                yield new Arguments(Optional.of(file(value)), port, host);
            }
            case "--port" -> {
                refuseTwice(name, port);
                yield new Arguments(config, Optional.of(port(value)), host);
            }
            default -> {
                if (value.isBlank()) {
                    throw new UsageException("--host needs a value");
                }
                yield new Arguments(config, port, value);
            }
        };
    }

    private static void refuseTwice(String name, Optional<?> before) {
        if (before.isPresent()) {
            throw new UsageException(name + " is given twice");
        }
    }

    private static Path file(String value) {
        try {
            Path file = Path.of(value);
            if (Files.isRegularFile(file)) {
                return file;
            }
        } catch (InvalidPathException e) {
            throw new UsageException("--config " + value + ": " + e.getMessage());
        }
        throw new UsageException("--config " + value + ": no such file");
    }

    private static int port(String value) {
        // Nine digits fit an int.
        int port = value.matches("\\d{1,9}") ? Integer.parseInt(value) : -1;
        if (port < 0 || port > PORT_MAX) {
            throw new UsageException("--port " + value + "; allowed: 0 to " + PORT_MAX);
        }
        return port;
    }
}
