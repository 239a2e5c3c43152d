package io.dynamo.core.config;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoConfig.Setting;
import io.dynamo.core.config.NodeSettings.Chunks;
import io.dynamo.core.config.NodeSettings.Cluster;
import io.dynamo.core.config.NodeSettings.Detector;
import io.dynamo.core.config.NodeSettings.Hints;
import io.dynamo.core.config.NodeSettings.Limits;
import io.dynamo.core.config.NodeSettings.Repair;
import io.dynamo.core.config.NodeSettings.Requests;
import io.dynamo.spi.Address;
import io.dynamo.spi.PluginConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Turns flat settings into typed ones, and finds everything that is wrong with them. */
public final class SettingsReader {

    private static final long CHUNK_BYTES = 64 << 20;
    private static final long CHUNK_RECORDS = 4;
    private static final long HINTS_IN_MEMORY = 64 << 20;
    private static final long HINTS_ON_DISK = 1 << 30;

    private final Given given;
    private final Map<String, Setting> settings;

    private SettingsReader(Map<String, Setting> settings) {
        this.settings = settings;
        this.given = new Given(settings);
    }

    /**
     * Reads a configuration.
     *
     * @param config as the application gave it
     * @return the result, with its problems
     */
    public static ReadSettings read(DynamoConfig config) {
        return read(config.settings());
    }

    /**
     * Reads flat settings.
     *
     * @param settings by dotted name without the leading {@code dynamo.}
     * @return the result, with its problems
     */
    public static ReadSettings read(Map<String, Setting> settings) {
        return new SettingsReader(settings).read();
    }

    private ReadSettings read() {
        unknown();
        ChosenPlugin storage = plugin(Schema.STORAGE_ENGINE);
        ChosenPlugin transport = plugin(Schema.TRANSPORT_TYPE);
        ClusterReader clusterReader = new ClusterReader(given, listening(transport.name()));
        String nodeId = clusterReader.nodeId();
        Cluster cluster = clusterReader.cluster(nodeId);
        StoresReader stores = new StoresReader(given, cluster.members().size());
        NodeSettings node = new NodeSettings(
                nodeId,
                cluster,
                limits(),
                requests(),
                new Detector(given.read(Schema.DOWN_AFTER), given.read(Schema.HOLD_MAX)),
                new Repair(
                        given.read(Schema.REPAIR_EVERY),
                        given.read(Schema.REPAIR_OBJECTS),
                        given.read(Schema.REPAIR_EXCHANGES),
                        given.read(Schema.REPAIR_RATE),
                        given.read(Schema.PURGE_EVERY),
                        given.read(Schema.PURGE_ENTRIES)),
                stores.storeDefaults(),
                stores.stores(),
                stores.profiles());
        return new ReadSettings(node, storage, transport, given.problems());
    }

    private void unknown() {
        settings.forEach((name, setting) -> {
            if (name.startsWith(UnknownKeys.BESIDE)) {
                beside(name.substring(UnknownKeys.BESIDE.length()), setting);
            } else if (!UnknownKeys.isKnown(name)) {
                given.problem(given.show(name) + ": unknown key; nearest known: " + UnknownKeys.nearest(name));
            }
        });
    }

    private void beside(String key, Setting setting) {
        String shown = key + " = " + setting.text() + " (" + setting.origin() + ")";
        given.problem(
                key.equals("dynamo")
                        ? shown + "; allowed: dynamo { ... }"
                        : shown + ": unknown key, as everything belongs under dynamo; nearest known: "
                                + UnknownKeys.nearestBeside(key));
    }

    /**
     * A setting as problems show it.
     *
     * @param config as the application gave it
     * @param name a setting that has a default value
     * @return with value and origin
     */
    public static String shown(DynamoConfig config, String name) {
        Key<?> key = Schema.ALL.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
        return new Given(config.settings()).show(name, key.otherwise());
    }

    private ChosenPlugin plugin(Key<String> choice) {
        String name = given.read(choice);
        String section = choice.name().substring(0, choice.name().indexOf('.'));
        String prefix = section + "." + name;
        Map<String, Setting> own = new LinkedHashMap<>();
        settings.forEach((key, setting) -> {
            if (key.startsWith(prefix + ".")) {
                own.put(key.substring(prefix.length() + 1), setting);
            }
        });
        String chosenBy = given.show(choice.name(), name);
        return new ChosenPlugin(name, new PluginConfig(prefix, own, chosenBy), chosenBy);
    }

    /** Where the transport is told to listen; what is wrong with it is the transport's to say. */
    private Optional<Address> listening(String transport) {
        Setting host = settings.get("transport." + transport + ".host");
        Setting port = settings.get("transport." + transport + ".port");
        String hostText = host == null ? Schema.MEMBER_HOST.otherwise() : host.text();
        Integer number = port == null ? null : Schema.MEMBER_PORT.kind().parse(port.text());
        return hostText.isBlank() ? Optional.empty() : Optional.of(new Address(hostText, number == null ? 0 : number));
    }

    private Limits limits() {
        long value = given.read(Schema.LIMIT_VALUE);
        long entireRecord = given.read(Schema.LIMIT_RECORD);
        int warn = given.read(Schema.SIBLINGS_WARN);
        int max = given.read(Schema.SIBLINGS_MAX);
        inOrder(Schema.LIMIT_VALUE, value, Schema.LIMIT_RECORD, entireRecord);
        inOrder(Schema.SIBLINGS_WARN, warn, Schema.SIBLINGS_MAX, max);
        return new Limits(
                Math.toIntExact(given.read(Schema.LIMIT_KEY)),
                Math.toIntExact(value),
                Math.toIntExact(entireRecord),
                warn,
                max,
                Math.toIntExact(given.read(Schema.LIMIT_CONTEXT)),
                given.read(Schema.IN_FLIGHT),
                given.read(Schema.LANE_QUEUE),
                given.read(Schema.CACHE_BYTES),
                chunks(entireRecord),
                hints(),
                given.read(Schema.BACKGROUND_LATENCY_MAX));
    }

    private Hints hints() {
        // What is kept for others dies with a memory engine, and shares its space with the rest.
        boolean isInMemory = given.read(Schema.STORAGE_ENGINE).equals(Schema.STORAGE_ENGINE.otherwise());
        long bytes = given.find(Schema.HINTS_BYTES).orElse(isInMemory ? HINTS_IN_MEMORY : HINTS_ON_DISK);
        // Without comparisons nobody else would bring it.
        Optional<Duration> age = given.read(Schema.REPAIR_EVERY).flatMap(every -> given.read(Schema.HINTS_AGE));
        return new Hints(bytes, given.read(Schema.HINTS_RATE), age);
    }

    private Chunks chunks(long entireRecord) {
        long bytes = given.find(Schema.CHUNK_BYTES).orElse(Math.max(CHUNK_BYTES, CHUNK_RECORDS * entireRecord));
        inOrder(Schema.LIMIT_RECORD, entireRecord, Schema.CHUNK_BYTES, bytes);
        return new Chunks(bytes, given.read(Schema.CHUNK_MESSAGES), given.read(Schema.CHUNK_AGE));
    }

    private Requests requests() {
        Duration window = given.read(Schema.RETRY_WINDOW);
        Duration min = given.read(Schema.HEDGE_MIN);
        Duration max = given.read(Schema.HEDGE_MAX);
        inOrder(Schema.REQUEST_TIMEOUT, given.read(Schema.REQUEST_TIMEOUT), Schema.RETRY_WINDOW, window);
        inOrder(Schema.HEDGE_MIN, min, Schema.HEDGE_MAX, max);
        return new Requests(
                window,
                given.read(Schema.SESSION_LIFETIME),
                given.read(Schema.CLOCK_SKEW_MAX),
                min,
                max,
                given.read(Schema.REPAIR_SAMPLE),
                given.read(Schema.MESSAGE_LIFETIME));
    }

    private <T extends Comparable<T>> void inOrder(Key<T> lowKey, T low, Key<T> highKey, T high) {
        if (low.compareTo(high) > 0) {
            given.problem(given.show(lowKey.name(), lowKey.otherwise()) + "; allowed: at most "
                    + given.show(highKey.name(), highKey.otherwise()));
        }
    }
}
