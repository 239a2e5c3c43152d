package io.dynamo.examples.benchmarks;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import java.util.List;

/** What the benchmarks work on: values of 1 KiB, three coordinators. */
final class Samples {

    static final byte[] VALUE = new byte[1024];

    private Samples() {}

    static Actor actor(int node) {
        return new Actor(0x1234_5678_9abc_def0L, node, 1);
    }

    static Version version(int node, long counter) {
        return new Version(
                new Dot(actor(node), counter),
                1_700_000_000_000L << 16,
                0,
                new WriteId(1_700_000_000_000L, counter),
                VALUE);
    }

    /** A key that three nodes have written, with one live version. */
    static VersionSet quiet() {
        List<Dot> vector = List.of(new Dot(actor(1), 7), new Dot(actor(2), 5), new Dot(actor(3), 9));
        return VersionSet.of(CausalContext.of(vector, List.of()), List.of(version(3, 9)));
    }

    /** The same key with one more write through a node. */
    static VersionSet writtenBy(int node) {
        VersionSet before = quiet();
        return before.write(before.context(), version(node, before.context().highest(actor(node)) + 1));
    }
}
