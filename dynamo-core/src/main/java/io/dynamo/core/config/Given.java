package io.dynamo.core.config;

import io.dynamo.api.DynamoConfig.Setting;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The settings as given, and everything found wrong with them so far. */
final class Given {

    private static final int SHOWN_MAX = 100;

    private final Map<String, Setting> settings;
    private final Set<String> problems = new LinkedHashSet<>();

    Given(Map<String, Setting> settings) {
        this.settings = settings;
    }

    /** A checked value: what was given, else the default, also in place of what is refused. */
    <T> T read(Key<T> key) {
        return read(key, "");
    }

    /** The same for one store, profile or list place. */
    <T> T read(Key<T> key, String chosen) {
        T otherwise = key.kind().parse(key.otherwise());
        if (otherwise == null) {
            throw new IllegalArgumentException(key.name() + " has no default");
        }
        return find(key, chosen).orElse(otherwise);
    }

    /** A checked value; empty if nothing was given, or what was given is refused. */
    <T> Optional<T> find(Key<T> key) {
        return find(key, "");
    }

    /** The same for one store, profile or list place. */
    <T> Optional<T> find(Key<T> key, String chosen) {
        String name = key.at(chosen);
        Setting setting = settings.get(name);
        if (setting == null) {
            return Optional.empty();
        }
        Optional<T> value = Optional.ofNullable(key.kind().parse(setting.text()));
        if (value.isEmpty()) {
            refuse(name, key.kind().allowed());
        }
        return value;
    }

    boolean has(String name) {
        return settings.containsKey(name);
    }

    /** What stands directly below a section, in the order given: names of stores, places in a list. */
    Set<String> below(String section) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : settings.keySet()) {
            if (name.startsWith(section + ".")) {
                String rest = name.substring(section.length() + 1);
                int dot = rest.indexOf('.');
                if (dot > 0 && !rest.startsWith("\"")) {
                    names.add(rest.substring(0, dot));
                }
            }
        }
        return names;
    }

    /** A setting as shown in problems: value and origin, if it was given. */
    String show(String name) {
        Setting setting = settings.get(name);
        return setting == null
                ? name + " (not set" + placeOf(name.substring(0, Math.max(0, name.lastIndexOf('.')))) + ")"
                : name + " = " + shown(name, setting) + " (" + setting.origin() + ")";
    }

    /** Where the section of a missing setting begins, if it is there at all. */
    private String placeOf(String section) {
        for (Map.Entry<String, Setting> one : settings.entrySet()) {
            if (one.getKey().startsWith(section + ".")) {
                return "; " + section + " is given at " + one.getValue().origin();
            }
        }
        return "";
    }

    /** A setting is missing because of a section elsewhere. */
    void missing(String name, String section, String allowed) {
        problem(name + " (not set" + placeOf(section) + "); allowed: " + allowed);
    }

    /** A setting as shown in problems, with its default if it was not given. */
    String show(String name, Object otherwise) {
        return has(name) ? show(name) : name + " = " + otherwise + " (default)";
    }

    void refuse(String name, String allowed) {
        problem(show(name) + "; allowed: " + allowed);
    }

    void problem(String text) {
        problems.add(text);
    }

    List<String> problems() {
        return new ArrayList<>(problems);
    }

    private static String shown(String name, Setting setting) {
        if (name.endsWith("secret")) {
            return "***";
        }
        String text = setting.text();
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
    }
}
