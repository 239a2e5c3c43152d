package io.dynamo.core.membership;

import io.dynamo.core.replica.Behind;
import io.dynamo.core.replica.Settled;
import java.util.List;
import java.util.function.Consumer;

/**
 * What becomes of this node by what others say.
 *
 * @param control runs what belongs to handshakes
 * @param onFatal told why this node must not serve
 * @param behind what this node may have lost
 * @param shedding what it does if it is on an older copy of its directory
 */
public record Lifeline(Consumer<Runnable> control, Consumer<String> onFatal, Behind behind, Shedding shedding) {

    /** Takes off the disk what may have been removed elsewhere while this node's directory was another one. */
    @FunctionalInterface
    public interface Shedding {

        /**
         * Begins.
         *
         * @param elsewhere how far the removal has come on another disk, of partitions in which it has not here
         * @param done called when that has come to its end, well or not
         */
        void begin(List<Settled> elsewhere, Runnable done);
    }
}
