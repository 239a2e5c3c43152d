package io.dynamo.core.check;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one read returned.
 *
 * @param key what was read
 * @param values the numbers of the writes whose values were found
 * @param deletes the deletes that its context covers: they leave no value by which to tell
 * @param perhaps deletes of which one at least is covered, and nobody knows which: they may explain, but not prove
 * @param beganNanos when it was asked for
 * @param endedNanos when it was answered
 * @param client who asked
 * @param answered the nodes whose answers it was made of
 * @param session the writes that it must not be older than
 */
public record ReadEvent(
        String key,
        List<Integer> values,
        SortedSet<Integer> deletes,
        SortedSet<Integer> perhaps,
        long beganNanos,
        long endedNanos,
        String client,
        List<String> answered,
        SortedSet<Integer> session) {

    long beganMillis() {
        return beganNanos / 1_000_000;
    }

    /** Everything it is known to stand for: values and deletes. */
    TreeSet<Integer> roots() {
        TreeSet<Integer> roots = new TreeSet<>(values);
        roots.addAll(deletes);
        return roots;
    }

    /** The same, and what it may stand for. */
    TreeSet<Integer> allRoots() {
        TreeSet<Integer> roots = roots();
        roots.addAll(perhaps);
        return roots;
    }
}
