package io.dynamo.examples.cart;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.dynamo.api.Outcome;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is not the one asked for (RFC 9457, {@code application/problem+json}).
 *
 * @param type always {@code about:blank}: title and status say it
 * @param title the kind of problem
 * @param status the HTTP status
 * @param detail what is wrong with this request
 * @param field the input that is wrong
 * @param value what was given there
 * @param allowed what may be given there
 * @param outcome what is known about a write that failed
 * @param required how many replicas had to answer
 * @param acknowledged how many did
 * @param replicas what each replica said
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"type", "title", "status", "detail"})
record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String field,
        @Nullable String value,
        @Nullable String allowed,
        @Nullable Outcome outcome,
        @Nullable Integer required,
        @Nullable Integer acknowledged,
        @Nullable List<Answer> replicas) {

    static final String CONTENT_TYPE = "application/problem+json";

    private static final String BLANK = "about:blank";
    private static final int VALUE_SHOWN_MAX = 160;

    /**
     * What one replica said.
     *
     * @param node its id
     * @param status what came back
     * @param detail the cause of a failure
     */
    record Answer(String node, ReplicaAnswer.Status status, String detail) {}

    /** Bad input. */
    static final class BadInputException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Problem problem;

        private BadInputException(Problem problem) {
            super(problem.detail());
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    /** Bad input, to be thrown: which field, what was given, and what may be. */
    static BadInputException badInput(String field, String value, String allowed) {
        String shown = value.length() > VALUE_SHOWN_MAX ? value.substring(0, VALUE_SHOWN_MAX) + "…" : value;
        String detail = field + " = " + shown + "; allowed: " + allowed;
        return new BadInputException(
                new Problem(BLANK, "Bad input", 400, detail, field, shown, allowed, null, null, null, null));
    }

    static Problem of(int status, String title, String detail) {
        return new Problem(BLANK, title, status, detail, null, null, null, null, null, null, null);
    }

    static Problem failed(int status, String title, String detail, Outcome outcome) {
        return new Problem(BLANK, title, status, detail, null, null, null, outcome, null, null, null);
    }

    static Problem of(QuorumException e) {
        List<Answer> replicas = e.replicas().stream()
                .map(answer -> new Answer(answer.node(), answer.status(), answer.detail()))
                .toList();
        return new Problem(
                BLANK,
                "Too few replicas answered",
                503,
                String.valueOf(e.getMessage()),
                null,
                null,
                null,
                e.outcome(),
                e.required(),
                e.acknowledged(),
                replicas);
    }
}
