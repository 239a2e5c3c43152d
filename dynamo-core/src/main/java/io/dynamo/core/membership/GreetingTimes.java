package io.dynamo.core.membership;

import java.util.Arrays;

/**
 * When this node sent which of its greetings, by its own monotonic clock: whoever names one that it has heard made its frame
 * after that. A greeting counts as sent when the one before it was noted, so that frames only ever look older than they are.
 *
 * <p>Thread: one notes, any asks.
 */
final class GreetingTimes {

    /** So many times are noted within a lifetime, at most. */
    private static final int NOTES = 256;

    private final long lifetimeNanos;
    private volatile Notes notes = new Notes(new long[0], new long[0]);

    /** The first numbers of stretches of greetings, and when each stretch began; both grow. */
    @SuppressWarnings("ArrayRecordComponent") // never changed, never compared
    private record Notes(long[] numbers, long[] nanos) {

        Notes and(long number, long nowNanos, long lifetimeNanos) {
            int gone = 0;
            // The oldest that is kept is too old itself, so that nothing younger looks too old.
            while (gone + 1 < nanos.length && nowNanos - nanos[gone + 1] > lifetimeNanos) {
                gone++;
            }
            int count = nanos.length - gone;
            long[] first = Arrays.copyOfRange(numbers, gone, gone + count + 1);
            long[] at = Arrays.copyOfRange(nanos, gone, gone + count + 1);
            first[count] = number;
            at[count] = nowNanos;
            return new Notes(first, at);
        }
    }

    GreetingTimes(long lifetimeNanos) {
        this.lifetimeNanos = lifetimeNanos;
    }

    /** All greetings from this number on are sent from now on. */
    void note(long number, long nowNanos) {
        Notes known = notes;
        int last = known.nanos().length - 1;
        if (last < 0 || nowNanos - known.nanos()[last] >= lifetimeNanos / NOTES) {
            notes = known.and(number, nowNanos, lifetimeNanos);
        }
    }

    /** Whether what names this greeting may be older than messages may get. What names none, or one yet to come, is. */
    boolean isTooOld(long number, long nowNanos) {
        Notes known = notes;
        int place = Arrays.binarySearch(known.numbers(), number);
        int stretch = place >= 0 ? place : -place - 2;
        return number <= 0 || stretch < 0 || nowNanos - known.nanos()[stretch] > lifetimeNanos;
    }
}
