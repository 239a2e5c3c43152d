package io.dynamo.core;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Tries a law on generated cases. The seeds are the same in every build; a failure names the one that fails, and {@code
 * -Ddynamo.seed=} runs it alone.
 */
public final class Cases {

    private static final String REPLAY = "dynamo.seed";

    private Cases() {}

    /** Runs a law on so many cases, or on the one that is to be replayed. */
    public static void check(int count, Consumer<SplittableRandom> law) {
        if (isReplay()) {
            law.accept(new SplittableRandom(Long.getLong(REPLAY)));
            return;
        }
        for (long seed = 0; seed < count; seed++) {
            try {
                law.accept(new SplittableRandom(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("fails with -D" + REPLAY + "=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** Whether one case is run alone: then nothing can be said of all of them together. */
    public static boolean isReplay() {
        return Long.getLong(REPLAY) != null;
    }
}
