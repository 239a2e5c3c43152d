package io.dynamo.core.sim;

import java.time.Duration;

/** What the figures of a profile may be. */
final class Ranges {

    private Ranges() {}

    static void check(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " = " + value + "; allowed: " + min + " to " + max);
        }
    }

    static void checkShare(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " = " + value + "; allowed: 0 to 1");
        }
    }

    static void checkOrder(String name, Duration value, String notAbove, Duration limit) {
        if (value.isNegative() || value.compareTo(limit) > 0) {
            throw new IllegalArgumentException(name + " = " + value + "; allowed: PT0S to " + notAbove + " = " + limit);
        }
    }
}
