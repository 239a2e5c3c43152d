package io.dynamo.core.config;

import io.dynamo.spi.Units;
import java.util.LinkedHashSet;
import java.util.Set;

/** Finds settings that nobody knows, and what their writer may have meant. */
final class UnknownKeys {

    /** Begins the name of what a file has beside {@code dynamo}. */
    static final String BESIDE = ".";

    private static final String ROOT = "dynamo";

    private UnknownKeys() {}

    /** What may have been meant by a key beside {@code dynamo}. */
    static String nearestBeside(String key) {
        Set<String> known = new LinkedHashSet<>();
        known.add(ROOT);
        for (Key<?> one : Schema.ALL) {
            known.add(one.name().substring(0, one.name().indexOf('.')));
        }
        String nearest = Units.nearest(key, known);
        return nearest.equals(ROOT) ? ROOT : ROOT + "." + nearest;
    }

    /** Subtrees of plug-ins are known here: the chosen one judges its own, the others are not looked at. */
    static boolean isKnown(String name) {
        return isPlugin(name, Schema.STORAGE_ENGINE)
                || isPlugin(name, Schema.TRANSPORT_TYPE)
                || Schema.ALL.stream().anyMatch(key -> key.matches(name));
    }

    /** The known keys, and the sections they are in, with the wildcards filled from the unknown name. */
    static String nearest(String unknown) {
        String[] given = unknown.split("\\.", -1);
        Set<String> known = new LinkedHashSet<>();
        for (Key<?> key : Schema.ALL) {
            String[] parts = key.name().split("\\.", -1);
            StringBuilder name = new StringBuilder();
            for (int i = 0; i < parts.length; i++) {
                boolean wild = parts[i].equals("NAME") || parts[i].equals("INDEX");
                boolean fill = wild && i < given.length && !given[i].isEmpty();
                name.append(i == 0 ? "" : ".").append(fill ? given[i] : parts[i]);
                known.add(name.toString());
            }
        }
        known.remove(unknown); // a section, given as a value
        return Units.nearest(unknown, known);
    }

    private static boolean isPlugin(String name, Key<String> choice) {
        String section = choice.name().substring(0, choice.name().indexOf('.') + 1);
        return name.startsWith(section)
                && name.indexOf('.', section.length()) > 0
                && !name.startsWith(choice.name() + ".");
    }
}
