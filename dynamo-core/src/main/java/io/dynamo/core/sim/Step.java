package io.dynamo.core.sim;

import java.util.Locale;

/** One thing that was decided before a run began. What it does beyond that is drawn from its number. */
sealed interface Step {

    /** Its place in the plan; a step keeps it when others are taken out. */
    int number();

    /** What it is, for those who read the list. */
    String told();

    /** What a client does to a key. */
    enum Verb {
        GET,
        /** Having seen nothing. */
        BLIND_PUT,
        /** Having seen what this client has seen before, however long ago. */
        PUT,
        /** The same. */
        DELETE,
        /** Reads first, and has seen just that. */
        UPDATE
    }

    /** A client's: begun at an instant after the start, or when the one before it in the same client is done. */
    record Operation(int number, int client, Verb verb, String store, String key, long atNanos) implements Step {

        Operation with(Verb other) {
            return new Operation(number, client, other, store, key, atNanos);
        }

        @Override
        public String told() {
            return "step " + number + ": client-" + client + " at " + atNanos / 1_000_000 + " ms, "
                    + verb.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + store + "/" + key;
        }
    }

    /** Begins at an instant after the start and lasts a while. */
    record Fault(int number, FaultKind kind, long atNanos, long lastsNanos) implements Step {
        @Override
        public String told() {
            return "step " + number + ": fault at " + atNanos / 1_000_000 + " ms, "
                    + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " for "
                    + lastsNanos / 1_000_000 + " ms";
        }
    }
}
