package io.dynamo.core.wire;

/**
 * Answers an introduction with one of its own.
 *
 * @param verdict what becomes of the asker
 * @param hello who answers
 * @param answered the session in the introduction it answers: it is meant for that run and for no other
 * @param number the number in the introduction it answers
 */
public record HelloResponse(Verdict verdict, Hello hello, long answered, long number) implements Message {

    /**
     * What becomes of who introduced itself.
     *
     * @param accepted whether requests may follow
     * @param fatal whether it must not serve at all
     * @param behind whether it has to catch up before it answers readers: another directory is known under its id, or was
     *     before
     * @param wentBack whether it is on an older state of its directory than one that was heard of
     * @param reason why not; empty if accepted
     */
    public record Verdict(boolean accepted, boolean fatal, boolean behind, boolean wentBack, String reason) {

        /** Requests may follow. */
        public static final Verdict ACCEPTED = new Verdict(true, false, false, false, "");

        /** Requests may follow, but for reads. */
        public static final Verdict BEHIND = new Verdict(true, false, true, false, "");

        /**
         * It may be otherwise at another time.
         *
         * @param reason why
         * @return no requests may follow
         */
        public static Verdict refused(String reason) {
            return new Verdict(false, false, false, false, reason);
        }

        /**
         * Whoever holds the directory that is known may still be there.
         *
         * @param reason why
         * @return no requests may follow as long as that is so
         */
        public static Verdict taken(String reason) {
            return new Verdict(false, false, true, false, reason);
        }

        /**
         * It is configured in another way, and has lost what it once had.
         *
         * @param reason the difference
         * @return no requests may follow; what it lost it must not deny, whoever else lets it in
         */
        public static Verdict differentAndBehind(String reason) {
            return new Verdict(false, false, true, false, reason);
        }

        /**
         * A later state of its directory was heard of.
         *
         * @param reason what was
         * @return no requests may follow until it knows, and says so
         */
        public static Verdict wentBack(String reason) {
            return new Verdict(false, false, false, true, reason);
        }

        /**
         * It will never be otherwise.
         *
         * @param reason why
         * @return it must not serve
         */
        public static Verdict fatal(String reason) {
            return new Verdict(false, true, false, false, reason);
        }
    }

    /**
     * Whether requests may follow.
     *
     * @return see {@link Verdict}
     */
    public boolean accepted() {
        return verdict.accepted();
    }

    /**
     * Whether the asker must not serve at all.
     *
     * @return see {@link Verdict}
     */
    public boolean fatal() {
        return verdict.fatal();
    }
}
