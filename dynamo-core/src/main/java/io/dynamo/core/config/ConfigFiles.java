package io.dynamo.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import io.dynamo.api.ConfigException;
import io.dynamo.api.DynamoConfig.Setting;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads HOCON, JSON and properties files (by their ending; HOCON for any other) into flat settings.
 *
 * <p>Only the file itself is read, with what it includes and the environment variables it names: never the class path's
 * {@code application.conf} or system properties, which belong to the application.
 */
public final class ConfigFiles {

    private static final String ROOT = "dynamo";

    private ConfigFiles() {}

    /**
     * Reads a file. Objects become dotted names and lists numbered ones ({@code cluster.members.0.id}); keys set to null
     * count as not set.
     *
     * @param file the file
     * @return settings by dotted name without the leading {@code dynamo.}, in the order of the file, each with
     *     {@code file: line} as its origin; the name of what stands beside {@code dynamo} begins with a dot, and is refused
     *     with everything else that is wrong
     * @throws ConfigException if the file cannot be read or parsed; with file and line
     */
    public static Map<String, Setting> parse(Path file) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        inOrder(resolved(file).root()).forEach((key, value) -> {
            if (key.equals(ROOT) && value instanceof ConfigObject) {
                flatten(file, "", value, settings);
            } else {
                settings.put(UnknownKeys.BESIDE + key, new Setting(brief(value), origin(file, value.origin())));
            }
        });
        return settings;
    }

    /** What is not ours is refused as a whole, and its parts are nobody's business. */
    private static String brief(ConfigValue value) {
        return switch (value.valueType()) {
            case OBJECT -> "{ ... }";
            case LIST -> "[ ... ]";
            case NULL -> "null";
            default -> text(value);
        };
    }

    private static Config resolved(Path file) {
        ConfigParseOptions options = ConfigParseOptions.defaults().setAllowMissing(false);
        try {
            return ConfigFactory.parseFile(file.toFile(), options).resolve();
        } catch (com.typesafe.config.ConfigException.IO e) {
            throw new ConfigException(List.of(file + ": cannot be read: " + e.getMessage()));
        } catch (com.typesafe.config.ConfigException e) {
            throw new ConfigException(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static void flatten(Path file, String name, ConfigValue value, Map<String, Setting> settings) {
        if (value instanceof ConfigObject object) {
            inOrder(object).forEach((key, child) -> flatten(file, below(name, quoted(key)), child, settings));
        } else if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                flatten(file, below(name, Integer.toString(i)), list.get(i), settings);
            }
        } else if (value.unwrapped() != null) {
            settings.put(name, new Setting(text(value), origin(file, value.origin())));
        }
    }

    /** The parser's objects are hash tables. */
    private static Map<String, ConfigValue> inOrder(ConfigObject object) {
        Map<String, ConfigValue> sorted = new LinkedHashMap<>();
        object.entrySet().stream()
                .sorted((a, b) -> {
                    int byLine = Integer.compare(
                            a.getValue().origin().lineNumber(),
                            b.getValue().origin().lineNumber());
                    return byLine != 0 ? byLine : a.getKey().compareTo(b.getKey());
                })
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    private static String below(String name, String key) {
        return name.isEmpty() ? key : name + "." + key;
    }

    /** A dot inside a key stays visible, and is refused later, instead of becoming another key. */
    private static String quoted(String key) {
        return key.contains(".") ? "\"" + key + "\"" : key;
    }

    /** As written: only this way a number keeps its text, and the node id 007 its zeros. */
    private static String text(ConfigValue value) {
        return value.atKey(ROOT).getString(ROOT);
    }

    private static String origin(Path file, ConfigOrigin origin) {
        String name = origin.filename();
        if (name == null) {
            return origin.description(); // the environment
        }
        // Included files keep their own name.
        String shown = Path.of(name).toAbsolutePath().equals(file.toAbsolutePath()) ? file.toString() : name;
        return origin.lineNumber() < 1 ? shown : shown + ": " + origin.lineNumber();
    }
}
