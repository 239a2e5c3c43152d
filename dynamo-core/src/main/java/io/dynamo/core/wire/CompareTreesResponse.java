package io.dynamo.core.wire;

import java.util.List;

/**
 * Says in which stores two owners differ; in none, if they hold the same.
 *
 * @param request names the request
 * @param state whether they could be compared
 * @param differing the roots that are not the same
 * @param behind whether who answers has lost its data, and is catching up itself
 */
public record CompareTreesResponse(long request, State state, List<TreeNode> differing, boolean behind)
        implements Message.Response {

    /** Whether two owners could be compared; the numbers are the wire's. */
    public enum State {
        /** They were. */
        READY(0),
        /** The other's tree is being built; later. */
        BUILDING(1),
        /** The other makes digests in another way: never, until both have the same version. */
        OTHER_FORMAT(2);

        private final int number;

        State(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    /**
     * Copies the list.
     *
     * @param request see the record
     * @param state see the record
     * @param differing see the record
     * @param behind see the record
     */
    public CompareTreesResponse {
        differing = List.copyOf(differing);
    }
}
