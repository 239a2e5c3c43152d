package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Outcome;
import io.dynamo.api.WriteId;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutRequest.Before;
import io.dynamo.core.wire.CoordinatePutResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may mint a write that another node may have minted. */
class AskingsTest {

    private static final WriteId WRITE = new WriteId(1, 2);

    private final Askings askings = new Askings(node -> true);

    @Test
    void secondNode_notTold_isFound() {
        ask("a", Before.NOWHERE);
        assertThat(askings.minted("a", WRITE, "k")).isEmpty();
        ask("b", Before.NOWHERE);
        assertThat(askings.minted("b", WRITE, "k")).startsWith("b minted write").contains("was not told of a");
    }

    @Test
    void secondNode_notToldAndFirstToMint_isFound() {
        ask("a", Before.NOWHERE);
        ask("b", Before.NOWHERE);
        assertThat(askings.minted("b", WRITE, "k")).isEmpty();
        assertThat(askings.minted("a", WRITE, "k")).startsWith("b minted write");
    }

    @Test
    void nodeThatWasAsked_afterAClientsOwnNodeMinted_isFoundIfNotTold() {
        assertThat(askings.minted("a", WRITE, "k")).isEmpty();
        ask("b", Before.HERE);
        assertThat(askings.minted("b", WRITE, "k")).startsWith("b minted write");
    }

    @Test
    void secondNode_told_mayMint() {
        ask("a", Before.NOWHERE);
        ask("b", Before.ELSEWHERE);
        askings.looked("b", "k");
        assertThat(askings.minted("b", WRITE, "k")).isEmpty();
        assertThat(askings.minted("a", WRITE, "k")).isEmpty();
    }

    @Test
    void firstNode_refusedAndToldWhenAskedAgain_mayMint() {
        ask("a", Before.NOWHERE);
        ask("b", Before.NOWHERE);
        assertThat(askings.minted("b", WRITE, "k")).isEmpty();
        ask("a", Before.ELSEWHERE);
        assertThat(askings.minted("a", WRITE, "k")).isEmpty();
    }

    @Test
    void sameNode_askedTwice_isNoOtherNode() {
        ask("a", Before.NOWHERE);
        ask("a", Before.HERE);
        assertThat(askings.minted("a", WRITE, "k")).isEmpty();
        assertThat(askings.minted("a", WRITE, "k")).isEmpty();
    }

    @Test
    void secondNode_toldAndNotLooking_isFound() {
        ask("a", Before.NOWHERE);
        ask("b", Before.ELSEWHERE);
        askings.looked("b", "another");
        askings.looked("a", "k");
        assertThat(askings.minted("b", WRITE, "k"))
                .startsWith("b was told that write")
                .contains("without looking");
    }

    @Test
    void secondNode_toldAndAloneInTheWorld_mayMint() {
        Askings alone = new Askings(node -> false);
        alone.repeated("b", WRITE, "k");
        assertThat(alone.minted("b", WRITE, "k")).isEmpty();
    }

    @Test
    void nodeThatItsClientAsksAgain_mustLook() {
        askings.repeated("b", WRITE, "k");
        assertThat(askings.minted("b", WRITE, "k")).contains("without looking");
    }

    @Test
    void firstNode_refused_wasNotAsked() {
        ask("a", Before.NOWHERE);
        askings.answered("a", "asker", refusal());
        ask("b", Before.NOWHERE);
        askings.repeated("a", WRITE, "k");
        askings.looked("a", "k");
        assertThat(askings.minted("a", WRITE, "k")).isEmpty();
        assertThat(askings.minted("b", WRITE, "k")).isEmpty();
    }

    private static CoordinatePutResponse refusal() {
        return new CoordinatePutResponse(
                7,
                CoordinatePutResponse.Failure.STORAGE,
                "full",
                Outcome.NOT_APPLIED,
                1,
                0,
                List.of(),
                Optional.empty(),
                0);
    }

    private void ask(String node, Before before) {
        askings.forwarded(
                "asker",
                node,
                new CoordinatePutRequest(
                        7,
                        "things",
                        new byte[] {1},
                        new CoordinatePutRequest.Write(WRITE, CausalContext.EMPTY, true, 0, new byte[] {2}, 0),
                        new CoordinatePutRequest.Quorum(2, 0, 0),
                        before,
                        1_000),
                "k");
    }
}
