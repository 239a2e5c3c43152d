package io.dynamo.api;

import java.time.Duration;
import java.util.Optional;

/**
 * What one node believes of one member. Others may believe otherwise.
 *
 * @param id the member's node id
 * @param state whether it can be asked
 * @param since how long it has been so
 * @param why what speaks against it, in words; empty if nothing does
 * @param lastHeard how long ago it showed that it is there; empty if it never did, or is this node
 * @param answersWithin how long an answer of it may take before it is overdue, by what was seen lately; zero if it was never
 *     asked
 * @param hints how many keys this node, which is no owner of them, keeps for it until it takes them (Dynamo §4.6)
 * @param owed how many keys this node has written, being an owner of them as the member is, that it has not acknowledged
 */
public record MemberView(
        String id,
        State state,
        Duration since,
        String why,
        Optional<Duration> lastHeard,
        Duration answersWithin,
        long hints,
        long owed) {

    /** Whether a member can be asked. */
    public enum State {
        /** The node whose view this is. */
        SELF,
        /** It answers, or was not asked. */
        UP,
        /** It did not answer, and is asked last until a while is over. */
        HELD_DOWN,
        /** The while is over, and it is being asked whether it is back. */
        PROBING,
        /** There is no link to it: it cannot be asked at all. */
        UNLINKED
    }
}
