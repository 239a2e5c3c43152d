package io.dynamo.spi;

import io.dynamo.api.DynamoConfig.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A plug-in's own subtree of the configuration, for example everything under {@code storage.rocksdb}. Reading a key
 * declares it; {@link #problems()} then lists bad values and keys that nobody read.
 *
 * <p>Thread: used by one thread, while a node opens.
 */
public final class PluginConfig {

    private static final int SHOWN_MAX = 100;
    private static final Pattern SECRET = Pattern.compile("(secret|password)$");

    private final String prefix;
    private final Map<String, Setting> settings;
    private final String chosenBy;
    private final Map<String, String> declared = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * Wraps a subtree.
     *
     * @param prefix its dotted name, for messages
     * @param settings the settings below it, without the prefix
     */
    public PluginConfig(String prefix, Map<String, Setting> settings) {
        this(prefix, settings, "");
    }

    /**
     * Wraps the subtree of a plug-in that a setting names.
     *
     * @param prefix its dotted name, for messages
     * @param settings the settings below it, without the prefix
     * @param chosenBy that setting with its value and origin, for messages about what is missing
     */
    public PluginConfig(String prefix, Map<String, Setting> settings, String chosenBy) {
        this.prefix = prefix;
        this.settings = new LinkedHashMap<>(settings);
        this.chosenBy = chosenBy;
    }

    /**
     * A text.
     *
     * @param key below the prefix
     * @param otherwise the default; null makes the key required
     * @return the value; empty text if a required key is missing, which is then a problem
     */
    public String text(String key, @Nullable String otherwise) {
        return read(key, otherwise, "text", "", value -> value);
    }

    /**
     * A whole number within a range.
     *
     * @param key below the prefix
     * @param otherwise the default
     * @param min the least allowed
     * @param max the most allowed
     * @return the value
     */
    public long number(String key, long otherwise, long min, long max) {
        String allowed = "a whole number from " + min + " to " + max;
        return read(key, Long.toString(otherwise), allowed, otherwise, value -> {
            long number = Long.parseLong(value.trim());
            return number < min || number > max ? null : number;
        });
    }

    /**
     * A size in bytes, written as a number with an optional unit (B, KiB, MiB, GiB).
     *
     * @param key below the prefix
     * @param otherwise the default in bytes
     * @param min the least allowed in bytes
     * @return the value in bytes
     */
    public long bytes(String key, long otherwise, long min) {
        String allowed = "a size of at least " + min + " bytes, for example 64MiB";
        return read(key, Long.toString(otherwise), allowed, otherwise, value -> {
            Long size = Units.bytes(value);
            return size == null || size < min ? null : size;
        });
    }

    /**
     * A duration, written as a number with a unit (ms, s, m, h, d).
     *
     * @param key below the prefix
     * @param otherwise the default
     * @return the value, positive
     */
    public Duration duration(String key, Duration otherwise) {
        String allowed = "a positive duration, for example 500ms";
        return read(key, otherwise.toMillis() + "ms", allowed, otherwise, value -> {
            Duration duration = Units.duration(value);
            return duration == null || duration.isNegative() || duration.isZero() ? null : duration;
        });
    }

    /**
     * Yes or no.
     *
     * @param key below the prefix
     * @param otherwise the default
     * @return the value
     */
    public boolean flag(String key, boolean otherwise) {
        return read(key, Boolean.toString(otherwise), "true or false", otherwise, value -> switch (value.trim()) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> null;
        });
    }

    /**
     * Adds a problem the plug-in found itself.
     *
     * @param key below the prefix
     * @param allowed what would be right
     */
    public void refuse(String key, String allowed) {
        Setting setting = settings.get(key);
        problems.add((setting == null ? prefix + "." + key + " (not set" + placeOf(key) + ")" : show(key, setting))
                + "; allowed: " + allowed);
    }

    private String show(String key, Setting setting) {
        String text = setting.text();
        String shown = text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
        return prefix + "." + key + " = " + (SECRET.matcher(key).find() ? "***" : shown) + " (" + setting.origin()
                + ")";
    }

    /** Where the section of a missing key begins, or why the plug-in is there at all. */
    private String placeOf(String key) {
        String section = key.substring(0, key.lastIndexOf('.') + 1);
        for (Map.Entry<String, Setting> one : settings.entrySet()) {
            if (one.getKey().startsWith(section)) {
                String name = section.isEmpty() ? prefix : prefix + "." + section.substring(0, section.length() - 1);
                return "; " + name + " is given at " + one.getValue().origin();
            }
        }
        return chosenBy.isEmpty() ? "" : "; asked for by " + chosenBy;
    }

    /**
     * Everything wrong with the subtree so far: bad values, missing required keys, and keys nobody asked for.
     *
     * @return empty if all is well
     */
    public List<String> problems() {
        List<String> all = new ArrayList<>(problems);
        settings.forEach((key, setting) -> {
            if (!declared.containsKey(key)) {
                all.add(show(key, setting) + ": unknown key; nearest known: " + prefix + "."
                        + Units.nearest(key, declared.keySet()));
            }
        });
        return all;
    }

    private <T> T read(
            String key, @Nullable String otherwise, String allowed, T fallback, Function<String, @Nullable T> parse) {
        declared.put(key, allowed);
        Setting setting = settings.get(key);
        if (setting == null && otherwise == null) {
            problems.add(prefix + "." + key + " is required (not set" + placeOf(key) + "); allowed: " + allowed);
            return fallback;
        }
        String text = setting == null ? otherwise : setting.text();
        @Nullable T value;
        try {
            value = parse.apply(text);
        } catch (RuntimeException e) {
            value = null;
        }
        if (value == null) {
            refuse(key, allowed);
            return fallback;
        }
        return value;
    }
}
