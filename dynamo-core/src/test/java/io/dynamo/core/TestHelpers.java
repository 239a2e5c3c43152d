package io.dynamo.core;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Sources of tests that serve integration tests alone: every other source that names them is an integration test, or such a
 * helper itself. They may wait, as what they serve may.
 */
final class TestHelpers {

    private static final Pattern TEST = Pattern.compile("(.*)/src/test/java/.*/(\\w+)\\.java");

    private TestHelpers() {}

    /**
     * Finds them, and the integration tests.
     *
     * @param sources by path from the root of the repository
     * @return paths
     */
    static Set<String> servingOnlyITs(Map<String, String> sources) {
        Map<String, List<String>> usersOf = new TreeMap<>();
        Set<String> found = new TreeSet<>();
        for (String path : sources.keySet()) {
            if (path.endsWith("IT.java")) {
                found.add(path);
            } else if (TEST.matcher(path).matches()) {
                usersOf.put(path, users(path, sources));
            }
        }
        while (usersOf.entrySet()
                .removeIf(helper -> isServing(helper.getValue(), found) && found.add(helper.getKey()))) {
            // Until no helper is left that only those found so far name.
        }
        return found;
    }

    private static boolean isServing(List<String> users, Set<String> found) {
        return !users.isEmpty() && found.containsAll(users);
    }

    /** The sources of the same module's tests that name a class. */
    private static List<String> users(String path, Map<String, String> sources) {
        var parts = TEST.matcher(path);
        if (!parts.matches()) {
            return List.of();
        }
        String tests = parts.group(1) + "/src/test/java/";
        Pattern name = Pattern.compile("\\b" + parts.group(2) + "\\b");
        return sources.entrySet().stream()
                .filter(other ->
                        other.getKey().startsWith(tests) && !other.getKey().equals(path))
                .filter(other -> name.matcher(other.getValue()).find())
                .map(Map.Entry::getKey)
                .toList();
    }
}
