package io.dynamo.storage.rocksdb;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** The guard of native handles: whatever threads do at once, nobody is inside when the handle is torn down, nor afterwards. */
class GuardConcurrencyTest {

    private static final int ITERATIONS = Integer.getInteger("lincheck.iterations", 10);
    private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 300);

    /** A handle that tells whether it was used after its end. */
    public static final class Handle {
        private final Guard guard = new Guard();
        private boolean isTornDown;

        @Operation
        public String call() {
            if (!guard.enter()) {
                return "refused";
            }
            try {
                return isTornDown ? "crashed" : "done";
            } finally {
                guard.exit();
            }
        }

        @Operation(runOnce = true)
        public void close() {
            guard.close();
            isTornDown = true;
        }
    }

    @Test
    void guard_modelChecked_isNeverLate() {
        new ModelCheckingOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(3)
                .actorsPerThread(2)
                .check(Handle.class);
    }

    @Test
    void guard_stressed_isNeverLate() {
        new StressOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(3)
                .actorsPerThread(2)
                .check(Handle.class);
    }
}
