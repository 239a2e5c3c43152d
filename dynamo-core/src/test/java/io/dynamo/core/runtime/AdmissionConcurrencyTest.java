package io.dynamo.core.runtime;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Admission is linearizable: whatever threads do at once, it counts as if they had come one after the other. */
class AdmissionConcurrencyTest {

    private static final int ITERATIONS = Integer.getInteger("lincheck.iterations", 10);
    private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 300);

    /** What threads do at once; who leaves without having entered makes room for one more, which is as good a count. */
    public static final class Door {
        private final Admission admission = new Admission(2, () -> {});

        @Operation
        public boolean enter() {
            return admission.enter();
        }

        @Operation
        public void leave() {
            admission.leave();
        }

        @Operation
        public int underWay() {
            return admission.underWay();
        }
    }

    @Test
    void admission_modelChecked_isLinearizable() {
        new ModelCheckingOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(3)
                .actorsPerThread(2)
                .check(Door.class);
    }

    @Test
    void admission_stressed_isLinearizable() {
        new StressOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(3)
                .actorsPerThread(2)
                .check(Door.class);
    }
}
