package io.dynamo.core;

import io.dynamo.core.replica.Incarnations;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.ReplicaParts;
import io.dynamo.core.runtime.Lane;

/** The replica of one lane, without a node. */
final class TestReplica {

    private TestReplica() {}

    static Replica on(TestEngine engine) {
        TestRuntime runtime = new TestRuntime(new TestTime(), 1, 0);
        Incarnations incarnations = new Incarnations(runtime, engine, new byte[16]);
        incarnations.start(failure -> {});
        Replica replica = new ReplicaParts(
                        runtime, engine, incarnations, new ReplicaParts.Limits(1 << 20, true, 60_000))
                .replica(0);
        replica.confineTo(new Lane(runtime, replica::commitStaged, failure -> {}));
        return replica;
    }
}
