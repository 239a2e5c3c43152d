package io.dynamo.core.membership;

import io.dynamo.api.MemberView.State;
import java.util.concurrent.TimeUnit;

/**
 * What this node believes of another member, and since when. Immutable: what comes next follows from it and from what was seen.
 *
 * @param state the belief
 * @param sinceNanos since when
 * @param dueNanos when the next step is due: the end of a hold, or of the wait for an answer to a probe
 * @param holdNanos how long it is, or was last, held down; 0 if it was not
 * @param probes how many probes were sent in this silence, or since the hold was over
 * @param why what speaks against it; empty if nothing does
 */
record Standing(State state, long sinceNanos, long dueNanos, long holdNanos, int probes, String why) {

    private static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Who falls silent again so soon after it was back is held longer each time. */
    private static final long RELAPSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * The detector's settings.
     *
     * @param downAfterNanos how long a silence may last
     * @param holdMaxNanos the longest hold
     */
    record Patience(long downAfterNanos, long holdMaxNanos) {}

    /**
     * What was seen of a member.
     *
     * @param nowNanos when
     * @param isLinked whether there is a link
     * @param problem why there is none
     * @param silentNanos how long it lets this node wait; 0 if it does not
     * @param isSuspected whether it may be silent
     * @param hasAnswered whether it answered anything since it was held down
     */
    record Signs(
            long nowNanos,
            boolean isLinked,
            String problem,
            long silentNanos,
            boolean isSuspected,
            boolean hasAnswered) {}

    /** Before anything was seen. */
    static Standing unknown(long nowNanos) {
        return new Standing(State.UNLINKED, nowNanos, 0, 0, 0, "");
    }

    boolean isHeldDown() {
        return state == State.HELD_DOWN || state == State.PROBING;
    }

    /** What to believe next; a probe is to be sent if that one counts one more. */
    Standing next(Signs signs, Patience patience) {
        if (!signs.isLinked()) {
            return state == State.UNLINKED && why.equals(signs.problem())
                    ? this
                    : new Standing(
                            State.UNLINKED,
                            state == State.UNLINKED ? sinceNanos : signs.nowNanos(),
                            0,
                            0,
                            0,
                            signs.problem());
        }
        return switch (state) {
            case SELF -> this;
            case UNLINKED -> up(signs, 0);
            case UP -> whileUp(signs, patience);
            case HELD_DOWN -> whileHeld(signs, patience);
            case PROBING -> whileProbing(signs, patience);
        };
    }

    private Standing whileUp(Signs signs, Patience patience) {
        boolean isWaiting = signs.silentNanos() >= patience.downAfterNanos() / 2 || signs.isSuspected();
        if (!isWaiting) {
            return probes == 0 ? this : withProbes(0);
        }
        // One question may have been lost, or asked long ago: silence is what a probe, too, does not end.
        if (signs.silentNanos() < patience.downAfterNanos() || probes == 0) {
            return withProbes(probes + 1);
        }
        boolean isRelapse = holdNanos != 0 && signs.nowNanos() - sinceNanos < RELAPSE_NANOS;
        return held(signs, isRelapse ? longer(patience) : HOLD_NANOS);
    }

    private Standing whileHeld(Signs signs, Patience patience) {
        if (signs.hasAnswered()) {
            return up(signs, holdNanos);
        }
        return signs.nowNanos() < dueNanos
                ? this
                : new Standing(
                        State.PROBING,
                        signs.nowNanos(),
                        signs.nowNanos() + patience.downAfterNanos(),
                        holdNanos,
                        1,
                        why);
    }

    private Standing whileProbing(Signs signs, Patience patience) {
        if (signs.hasAnswered()) {
            return up(signs, holdNanos);
        }
        return signs.nowNanos() < dueNanos ? withProbes(probes + 1) : held(signs, longer(patience));
    }

    private static Standing up(Signs signs, long lastHoldNanos) {
        return new Standing(State.UP, signs.nowNanos(), 0, lastHoldNanos, 0, "");
    }

    private Standing held(Signs signs, long nanos) {
        return new Standing(
                State.HELD_DOWN,
                signs.nowNanos(),
                signs.nowNanos() + nanos,
                nanos,
                0,
                "no answer for " + TimeUnit.NANOSECONDS.toMillis(signs.silentNanos()) + " ms, " + probes
                        + (probes == 1 ? " probe" : " probes") + " included");
    }

    private long longer(Patience patience) {
        return Math.min(patience.holdMaxNanos(), 2 * holdNanos);
    }

    private Standing withProbes(int count) {
        return new Standing(state, sinceNanos, dueNanos, holdNanos, count, why);
    }
}
