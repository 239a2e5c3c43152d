package io.dynamo.api;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of a node, by their dotted names ({@code quorum.n}, {@code storage.engine}, …), each with the place it
 * came from. Immutable; files, maps and {@linkplain #with code} fill it.
 *
 * <p>Names and values are checked, all at once, when a node is opened. The names, units and defaults are listed in
 * {@code docs/configuration.md}. Nothing is read from the environment or from system properties unless
 * {@link #withSystemProperties()} is called.
 */
public final class DynamoConfig {

    private static final DynamoConfig EMPTY = new DynamoConfig(Map.of());

    /**
     * One setting.
     *
     * @param text the value as written
     * @param origin where it was written, for example {@code dynamo.conf: 12}
     */
    public record Setting(String text, String origin) {}

    private final Map<String, Setting> settings;

    private DynamoConfig(Map<String, Setting> settings) {
        this.settings = settings;
    }

    /**
     * No settings: every default.
     *
     * @return the configuration
     */
    public static DynamoConfig empty() {
        return EMPTY;
    }

    /**
     * Reads a HOCON, JSON or properties file. Settings live under {@code dynamo}.
     *
     * @param file the file
     * @return the configuration, not yet checked against the known names
     * @throws ConfigException if the file cannot be read or parsed
     */
    public static DynamoConfig load(Path file) {
        return new DynamoConfig(Collections.unmodifiableMap(
                new LinkedHashMap<>(NodeProvider.find().parse(file))));
    }

    /**
     * Takes flat settings, as Spring, MicroProfile, the environment or a test have them.
     *
     * @param settings dotted names, with or without the leading {@code dynamo.}
     * @return the configuration
     */
    public static DynamoConfig of(Map<String, String> settings) {
        DynamoConfig config = EMPTY;
        return config.overlay(settings, "map");
    }

    /**
     * This configuration with one setting replaced.
     *
     * @param name dotted, with or without the leading {@code dynamo.}
     * @param value as it would stand in a file
     * @return a new configuration
     */
    public DynamoConfig with(String name, Object value) {
        return overlay(Map.of(name, String.valueOf(value)), "code");
    }

    /**
     * This configuration with every system property that starts with {@code dynamo.} laid over it. Meant for programs, not
     * for libraries: it looks at the whole process.
     *
     * @return a new configuration
     */
    public DynamoConfig withSystemProperties() {
        Map<String, Setting> merged = new LinkedHashMap<>(settings);
        for (String name :
                System.getProperties().stringPropertyNames().stream().sorted().toList()) {
            if (name.startsWith("dynamo.")) {
                merged.put(plain(name), new Setting(System.getProperty(name), "-D" + name));
            }
        }
        return new DynamoConfig(Collections.unmodifiableMap(merged));
    }

    /**
     * All settings given, in the order they were given.
     *
     * @return by dotted name without the leading {@code dynamo.}; the name of what a file has beside {@code dynamo}, which is
     *     refused when a node is opened, begins with a dot
     */
    public Map<String, Setting> settings() {
        return settings;
    }

    /**
     * One setting as written.
     *
     * @param name dotted
     * @return empty if it was not given
     */
    public Optional<String> get(String name) {
        return Optional.ofNullable(settings.get(plain(name))).map(Setting::text);
    }

    private DynamoConfig overlay(Map<String, String> over, String origin) {
        Map<String, Setting> merged = new LinkedHashMap<>(settings);
        over.forEach((name, text) -> merged.put(plain(name), new Setting(text, origin)));
        return new DynamoConfig(Collections.unmodifiableMap(merged));
    }

    private static String plain(String name) {
        return name.startsWith("dynamo.") ? name.substring("dynamo.".length()) : name;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        settings.forEach((name, setting) -> text.append(name)
                .append(" = ")
                .append(name.endsWith("secret") ? "***" : setting.text())
                .append("  # ")
                .append(setting.origin())
                .append('\n'));
        return text.toString();
    }
}
