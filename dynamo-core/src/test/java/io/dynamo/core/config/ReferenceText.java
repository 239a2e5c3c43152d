package io.dynamo.core.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the reference file and the documentation page from the schema. */
final class ReferenceText {

    private static final Map<String, String> SECTIONS = new LinkedHashMap<>();

    static {
        SECTIONS.put("node", "This node.");
        SECTIONS.put("cluster", "Who belongs together; the same on all nodes.");
        SECTIONS.put("quorum", "How many replicas; for all stores that do not say otherwise.");
        SECTIONS.put("request", "How requests wait.");
        SECTIONS.put("retry", "How requests are repeated.");
        SECTIONS.put("session", "How long sessions last.");
        SECTIONS.put("message", "How old messages between nodes get.");
        SECTIONS.put("clock", "Wall clocks.");
        SECTIONS.put("detector", "When a member counts as silent.");
        SECTIONS.put("read", "How reads ask.");
        SECTIONS.put("limits", "What is refused, and when.");
        SECTIONS.put("cache", "Memory.");
        SECTIONS.put("hints", "What a node keeps for others that cannot be reached.");
        SECTIONS.put("repair", "How owners of a partition compare what they hold, and repair what differs.");
        SECTIONS.put("background", "How work that nobody waits for makes way for requests.");
        SECTIONS.put("purge", "When deleted records are removed, and what earlier runs have left in others.");
        SECTIONS.put("storage", "Where records are kept.");
        SECTIONS.put("transport", "How nodes talk.");
        SECTIONS.put("stores", "One store, by the name the application opens it with; the name has no dots.");
        SECTIONS.put(
                "profiles",
                "Named request options; a number above N of the store is refused when the profile is used.");
    }

    /** Read and checked by the plug-ins themselves, so only listed here: name, default, meaning. */
    private static final List<List<String>> PLUGIN_KEYS = List.of(
            List.of("storage.memory.max-bytes", "256MiB", "How much the memory engine keeps before it refuses writes."),
            List.of("storage.rocksdb.path", "required", "The directory of the engine; made if it is missing."),
            List.of("storage.rocksdb.block-cache", "64MiB", "Cache of blocks, indexes and filters."),
            List.of("storage.rocksdb.write-buffer", "32MiB", "What may wait in memory before it goes to a file."),
            List.of("storage.rocksdb.max-open-files", "512", "Table files kept open."),
            List.of("storage.rocksdb.max-queued-batches", "10000", "Batches that may wait for the disk."),
            List.of("storage.rocksdb.max-queued-bytes", "64MiB", "Bytes that may wait for the disk."),
            List.of("storage.rocksdb.native-directory", "", "Where the native library is unpacked."),
            List.of("transport.grpc.host", "127.0.0.1", "What other nodes call this one."),
            List.of("transport.grpc.bind", "the host", "The address to listen on."),
            List.of("transport.grpc.port", "7101", "The port to listen on; 0 lets the system choose."),
            List.of(
                    "transport.grpc.clients",
                    "true",
                    "Whether clients outside the cluster are served, on the same port: dynamo.v1.KeyValue and Admin."),
            List.of("transport.grpc.io-threads", "1", "Event loops of this node."),
            List.of("transport.grpc.max-frame", "8MiB", "The largest frame carried; longer messages travel in chunks."),
            List.of("transport.grpc.queue-frames", "65536", "Frames that may wait for one peer."),
            List.of(
                    "transport.grpc.queue-bytes",
                    "16MiB",
                    "Bytes that may wait for one peer; the longest message must find room."),
            List.of(
                    "transport.grpc.keepalive",
                    "10s",
                    "How long a connection may be silent before it is tried; at least 10s."),
            List.of("transport.grpc.keepalive-timeout", "5s", "How long it then has for an answer."),
            List.of("transport.grpc.connect-timeout", "2s", "How long connecting to a peer may take."),
            List.of("transport.grpc.reconnect-min", "50ms", "The pause after a first failure."),
            List.of("transport.grpc.reconnect-max", "1s", "The longest pause."),
            List.of(
                    "transport.grpc.tls.cert",
                    "",
                    "This node's certificate chain, PEM; without it nothing is encrypted."),
            List.of("transport.grpc.tls.key", "", "Its private key, PEM, PKCS #8."),
            List.of("transport.grpc.tls.trust", "", "The certificates that sign those of peers, PEM."),
            List.of("transport.grpc.tls.reload", "1m", "How often the files are read again."),
            List.of(
                    "transport.grpc.tls.max-age",
                    "30m",
                    "When a connection is replaced by one with newer certificates."),
            List.of("transport.grpc.tls.verify-node", "true", "Whether a peer's certificate must name its node id."));

    private ReferenceText() {}

    static String hocon() {
        StringBuilder text = new StringBuilder("""
                # Every setting with its meaning, what is allowed, and its default. Settings in comments have a default that
                # depends on others, or belong to a store, profile or member of your choice. This file is documentation:
                # an empty configuration means exactly this. A test keeps it equal to the code.
                dynamo {
                """);
        SECTIONS.forEach((section, purpose) -> {
            text.append("\n  ## ").append(purpose).append('\n');
            keys(section).forEach(key -> hocon(text, key));
            PLUGIN_KEYS.stream()
                    .filter(key -> key.get(0).startsWith(section + "."))
                    .forEach(key -> hocon(text, key.get(0), key.get(1), key.get(2)));
        });
        return text.append("}\n").toString();
    }

    private static void hocon(StringBuilder text, Key<?> key) {
        if (key.computed() || key.isWild()) {
            hocon(
                    text,
                    key.name(),
                    key.otherwise(),
                    key.meaning() + " Allowed: " + key.kind().allowed() + ".");
        } else {
            text.append("\n  # ").append(key.meaning()).append('\n');
            text.append("  # Allowed: ").append(key.kind().allowed()).append(".\n");
            text.append("  ")
                    .append(key.name())
                    .append(" = ")
                    .append(key.otherwise())
                    .append('\n');
        }
    }

    private static void hocon(StringBuilder text, String name, String otherwise, String meaning) {
        text.append("\n  # ").append(meaning).append('\n');
        text.append("  # Default: ")
                .append(otherwise.isEmpty() ? "empty" : otherwise)
                .append(".\n");
        text.append("  # ").append(name).append(" = ...\n");
    }

    static String markdown() {
        StringBuilder text = new StringBuilder("""
                # Configuration

                Generated from the code; a test keeps it equal. The same as a file to copy from:
                [dynamo-reference.conf](../dynamo-core/src/main/resources/dynamo-reference.conf).

                A file is HOCON, JSON or properties, with everything under `dynamo`; `DynamoConfig.of(Map)` and
                `with(name, value)` take the same names. Times are a number with `us`, `ms`, `s`, `m`, `h` or `d`; sizes a
                number with `B`, `KiB`, `MiB` or `GiB`. `${?NAME}` takes an environment variable. Nothing is read from the
                class path. Unknown keys, wrong values and impossible combinations are refused when a node opens, all at
                once, each with file and line. Settings under the name of a storage engine or transport that is not chosen
                are ignored. System properties count only after `withSystemProperties()`, and replace what the file says.
                """);
        SECTIONS.forEach((section, purpose) -> {
            text.append("\n## ").append(section).append("\n\n").append(purpose).append("\n\n");
            text.append("| setting | allowed | default | meaning |\n|---|---|---|---|\n");
            keys(section).forEach(key -> row(text, key.name(), key.kind().allowed(), key.otherwise(), key.meaning()));
            PLUGIN_KEYS.stream()
                    .filter(key -> key.get(0).startsWith(section + "."))
                    .forEach(key -> row(text, key.get(0), "checked by the plug-in", key.get(1), key.get(2)));
        });
        return text.toString();
    }

    private static void row(StringBuilder text, String name, String allowed, String otherwise, String meaning) {
        text.append("| `").append(name).append("` | ").append(allowed).append(" | ");
        text.append(otherwise.isEmpty() ? "empty" : otherwise)
                .append(" | ")
                .append(meaning)
                .append(" |\n");
    }

    static List<Key<?>> keys(String section) {
        return Schema.ALL.stream()
                .filter(key -> key.name().startsWith(section + "."))
                .toList();
    }

    static int documented() {
        return SECTIONS.keySet().stream()
                .mapToInt(section -> keys(section).size())
                .sum();
    }
}
