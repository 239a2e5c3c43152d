package io.dynamo.core.wire;

import io.dynamo.api.Outcome;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.core.causality.Dot;
import java.util.List;
import java.util.Optional;

/**
 * How a forwarded write ended.
 *
 * @param request names the request
 * @param failure what kind of failure, or none
 * @param reason the failure in words
 * @param outcome what is known about a failed write
 * @param required acknowledgements asked for
 * @param acknowledged acknowledgements that came
 * @param answers what each replica said
 * @param dot the version that was minted
 * @param timestamp its timestamp
 */
public record CoordinatePutResponse(
        long request,
        Failure failure,
        String reason,
        Outcome outcome,
        int required,
        int acknowledged,
        List<ReplicaAnswer> answers,
        Optional<Dot> dot,
        long timestamp)
        implements Message.Response {

    /** The kinds of failure; the numbers are the wire's. */
    public enum Failure {
        /** It succeeded. */
        NONE(0),
        /** Too few acknowledgements. */
        QUORUM(1),
        /** Shed before it began. */
        OVERLOADED(2),
        /** A limit of the store. */
        LIMIT(3),
        /** The coordinator's storage. */
        STORAGE(4),
        /** Not a coordinator of this key. */
        NOT_COORDINATOR(5),
        /** The write id is too old, or was used for another key. */
        WRITE_ID(6),
        /** It is a stand-in that keeps as much for others as it may; nothing was applied. */
        HINTS_FULL(7);

        private final int number;

        Failure(int number) {
            this.number = number;
        }

        /**
         * How it is written.
         *
         * @return never changes
         */
        public int number() {
            return number;
        }
    }
}
