package io.dynamo.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.InvalidContextException;
import io.dynamo.api.LimitException;
import io.dynamo.api.Option;
import io.dynamo.api.Outcome;
import io.dynamo.api.OverloadedException;
import io.dynamo.api.QuorumException;
import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.StorageFailedException;
import io.dynamo.api.WriteId;
import io.dynamo.remote.proto.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {

    private static final WriteId ID = new WriteId(5, -6);

    private static RuntimeException across(RuntimeException thrown) {
        StatusRuntimeException status = Failures.ofRead(thrown);
        Failure said = Failures.said(status);
        assertThat(said).isNotNull();
        return Failures.exception(said, status, ID);
    }

    @Test
    void quorumFailure_arrivesWithAllThatWasKnown() {
        ReplicaAnswer answer = new ReplicaAnswer("b", ReplicaAnswer.Status.NO_ANSWER, Duration.ofMillis(7), "slow");
        QuorumException sent = new QuorumException("put carts/alice", Outcome.UNKNOWN, 2, 1, List.of(answer), ID);
        QuorumException came = (QuorumException) across(sent);
        assertThat(came).hasMessage(sent.getMessage());
        assertThat(came.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(came.replicas()).containsExactly(answer);
        assertThat(came.writeId()).contains(ID);
        assertThat(Failures.ofRead(sent).getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    @Test
    void otherFailures_arriveAsWhatTheyWere() {
        assertThat(across(new IllegalArgumentException("w = 9"))).isExactlyInstanceOf(IllegalArgumentException.class);
        assertThat(across(new InvalidContextException("foreign"))).isInstanceOf(InvalidContextException.class);
        assertThat(across(new LimitException("too many")))
                .isInstanceOf(LimitException.class)
                .hasMessage("too many");
        assertThat(across(new OverloadedException("full", Duration.ofMillis(50))))
                .isInstanceOfSatisfying(
                        OverloadedException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofMillis(50)));
        assertThat(across(new StorageFailedException("disk", Outcome.UNKNOWN, null)))
                .isInstanceOfSatisfying(
                        StorageFailedException.class,
                        e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    @Test
    void defect_neverSaysThatNothingWasApplied() {
        StatusRuntimeException status = Failures.ofRead(new NullPointerException("a defect"));
        assertThat(status.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(Failures.outcome(Failures.said(status))).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void write_isToldItsName_andARepetitionNeverThatNothingWasApplied() {
        RuntimeException refusal = new StorageFailedException("closed", Outcome.NOT_APPLIED, null);
        Failure first = Failures.said(Failures.ofWrite(refusal, new Option.Id(ID, false), false));
        assertThat(Failures.outcome(first)).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(first.getWriteId()).isEqualTo(Words.writeId(ID));
        Failure again = Failures.said(Failures.ofWrite(refusal, new Option.Id(ID, true), false));
        assertThat(Failures.outcome(again)).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void whateverWasSaid_fitsTheTrailersThatAClientTakes() {
        ReplicaAnswer answer =
                new ReplicaAnswer("a-node", ReplicaAnswer.Status.FAILED, Duration.ofMillis(7), "x".repeat(500));
        StatusRuntimeException status = Failures.ofRead(new QuorumException(
                "put " + "k".repeat(2_000),
                Outcome.UNKNOWN,
                26,
                0,
                Collections.nCopies(50, answer),
                new WriteId(1, 2)));
        Metadata trailers = status.getTrailers();
        assertThat(trailers).isNotNull();
        int bytes = status.getStatus().getDescription().length();
        for (String name : trailers.keys()) {
            byte[] value = trailers.get(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
            bytes += name.length() + value.length * 4 / 3 + 32;
        }
        assertThat(bytes).isLessThan(8_000);
        assertThat(Failures.said(status).hasWriteId()).isTrue();
    }
}
