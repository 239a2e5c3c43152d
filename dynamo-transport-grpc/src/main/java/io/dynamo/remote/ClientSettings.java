package io.dynamo.remote;

import io.dynamo.api.ConfigException;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoConfig.Setting;
import io.dynamo.spi.Address;
import io.dynamo.spi.PluginConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings under {@code client}.
 *
 * @param seeds nodes to ask for the ring at first
 * @param cluster the name that the cluster must have; empty for any
 * @param timeout how long an operation may last, all tries together
 * @param refresh how often the ring is asked for
 * @param inFlightMax how many operations may be under way
 * @param maxResponseBytes the largest answer taken
 * @param tls where the certificates are
 */
record ClientSettings(
        List<Address> seeds,
        String cluster,
        Duration timeout,
        Duration refresh,
        int inFlightMax,
        int maxResponseBytes,
        Tls tls) {

    private static final String PREFIX = "client";
    private static final int RESPONSE_BYTES_MAX = 256 << 20;
    private static final int PORT_MAX = 65_535;

    /**
     * The settings under {@code client.tls}; all empty means plaintext.
     *
     * @param cert the client's certificate chain, PEM
     * @param key its private key, PEM, PKCS #8
     * @param trust the certificates that sign those of nodes, PEM
     */
    record Tls(String cert, String key, String trust) {
        boolean enabled() {
            return !cert.isEmpty();
        }
    }

    /**
     * Reads them.
     *
     * @throws ConfigException with every problem found
     */
    static ClientSettings read(DynamoConfig config) {
        Map<String, Setting> own = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        config.settings().forEach((name, setting) -> {
            if (name.startsWith(PREFIX + ".")) {
                own.put(name.substring(PREFIX.length() + 1), setting);
            } else {
                problems.add(name + " (" + setting.origin()
                        + "): no setting of a client; allowed: names that begin with " + PREFIX + ".");
            }
        });
        PluginConfig client = new PluginConfig(PREFIX, own);
        long responseBytes = client.bytes("max-response", 16 << 20, 1 << 20);
        if (responseBytes > RESPONSE_BYTES_MAX) {
            client.refuse("max-response", "a size from 1MiB to 256MiB");
        }
        ClientSettings settings = new ClientSettings(
                seeds(client, own),
                client.text("cluster", ""),
                duration(client, "timeout", Duration.ofSeconds(2)),
                duration(client, "refresh", Duration.ofSeconds(10)),
                (int) client.number("in-flight", 10_000, 1, 1_000_000),
                (int) responseBytes,
                tls(client));
        problems.addAll(client.problems());
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return settings;
    }

    private static Duration duration(PluginConfig client, String key, Duration otherwise) {
        Duration given = client.duration(key, otherwise);
        if (given.compareTo(Duration.ofMillis(1)) < 0 || given.compareTo(Duration.ofHours(1)) > 0) {
            client.refuse(key, "a duration from 1ms to 1h");
        }
        return given;
    }

    /** As a list in a file ({@code seeds.0}) or as text. */
    private static List<Address> seeds(PluginConfig client, Map<String, Setting> given) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; given.containsKey("seeds." + i); i++) {
            texts.add(client.text("seeds." + i, ""));
        }
        if (texts.isEmpty()) {
            texts.addAll(List.of(client.text("seeds", null).split(",", -1)));
        }
        List<Address> seeds = new ArrayList<>();
        for (String text : texts) {
            String seed = text.trim();
            int colon = seed.lastIndexOf(':');
            int port = colon <= 0 ? -1 : port(seed.substring(colon + 1));
            if (port < 0) {
                if (given.keySet().stream().anyMatch(name -> name.startsWith("seeds"))) {
                    client.refuse(
                            given.containsKey("seeds") ? "seeds" : "seeds." + seeds.size(),
                            "host:port with a port from 1 to 65535, several separated by commas or as a list");
                }
                return List.of();
            }
            seeds.add(new Address(seed.substring(0, colon), port));
        }
        return seeds;
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            return port < 1 || port > PORT_MAX ? -1 : port;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static Tls tls(PluginConfig client) {
        Tls tls = new Tls(client.text("tls.cert", ""), client.text("tls.key", ""), client.text("tls.trust", ""));
        boolean any =
                !tls.cert().isEmpty() || !tls.key().isEmpty() || !tls.trust().isEmpty();
        if (any && (tls.cert().isEmpty() || tls.key().isEmpty() || tls.trust().isEmpty())) {
            client.refuse("tls.cert", "client.tls.cert, client.tls.key and client.tls.trust together, or none of them");
        }
        return tls;
    }
}
