package io.dynamo.core.replica;

import java.util.List;
import java.util.TreeSet;

/**
 * For whom a record is kept that is not this node's (Dynamo §4.6).
 *
 * @param targets node ids of the owners that have not acknowledged it, sorted
 * @param sinceMillis when the oldest of it was taken, in milliseconds since 1970
 */
record Hint(List<String> targets, long sinceMillis) {

    /** For nobody: the record is the node's own. */
    static final Hint NONE = new Hint(List.of(), 0);

    Hint {
        targets = List.copyOf(new TreeSet<>(targets));
    }

    boolean isNone() {
        return targets.isEmpty();
    }

    /** Also for these; as old as it was. */
    Hint with(List<String> more, long nowMillis) {
        if (targets.containsAll(more)) {
            return this;
        }
        TreeSet<String> all = new TreeSet<>(targets);
        all.addAll(more);
        return new Hint(List.copyOf(all), isNone() ? nowMillis : sinceMillis);
    }

    /** One of them has it. */
    Hint without(String target) {
        return new Hint(targets.stream().filter(one -> !one.equals(target)).toList(), sinceMillis);
    }
}
