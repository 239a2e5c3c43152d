package io.dynamo.core.config;

import java.util.regex.Pattern;

/**
 * A known setting.
 *
 * @param name dotted; {@code NAME} stands for a name the user chooses and {@code INDEX} for a place in a list
 * @param kind what may stand in it
 * @param otherwise the default: a value, or in words if it is computed
 * @param computed whether the default depends on other settings, or there is none
 * @param meaning one sentence
 * @param <T> the type of the value
 */
record Key<T>(String name, Kind<T> kind, String otherwise, boolean computed, String meaning) {

    /** A key whose default is a value. */
    static <T> Key<T> of(String name, Kind<T> kind, String otherwise, String meaning) {
        if (kind.parse(otherwise) == null) {
            throw new IllegalArgumentException(name + ": the default " + otherwise + " is not " + kind.allowed());
        }
        return new Key<>(name, kind, otherwise, false, meaning);
    }

    /** A key whose default, if any, depends on other keys. */
    static <T> Key<T> computed(String name, Kind<T> kind, String otherwise, String meaning) {
        return new Key<>(name, kind, otherwise, true, meaning);
    }

    boolean isWild() {
        return name.contains("NAME") || name.contains("INDEX");
    }

    /** This key's full name for one store, profile or list place. */
    String at(String chosen) {
        return name.replace("NAME", chosen).replace("INDEX", chosen);
    }

    boolean matches(String given) {
        if (!isWild()) {
            return name.equals(given);
        }
        String regex = Pattern.quote(name).replace("NAME", "\\E[^.\"]+\\Q").replace("INDEX", "\\E\\d{1,4}\\Q");
        return given.matches(regex);
    }
}
