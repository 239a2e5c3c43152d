package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.wire.CoordinatePutRequest;
import io.dynamo.core.wire.CoordinatePutRequest.Before;
import org.junit.jupiter.api.Test;

/** Who may mint a write that another node may have minted. */
class AskingsTest {

    private static final WriteId WRITE = new WriteId(1, 2);

    private final Askings askings = new Askings();

    @Test
    void secondNode_notTold_isFound() {
        ask("a", Before.NOWHERE);
        assertThat(askings.minted("a", WRITE)).isEmpty();
        ask("b", Before.NOWHERE);
        assertThat(askings.minted("b", WRITE)).startsWith("b minted write").contains("was not told of a");
    }

    @Test
    void secondNode_notToldAndFirstToMint_isFound() {
        ask("a", Before.NOWHERE);
        ask("b", Before.NOWHERE);
        assertThat(askings.minted("b", WRITE)).isEmpty();
        assertThat(askings.minted("a", WRITE)).startsWith("b minted write");
    }

    @Test
    void nodeThatWasAsked_afterAClientsOwnNodeMinted_isFoundIfNotTold() {
        assertThat(askings.minted("a", WRITE)).isEmpty();
        ask("b", Before.HERE);
        assertThat(askings.minted("b", WRITE)).startsWith("b minted write");
    }

    @Test
    void secondNode_told_mayMint() {
        ask("a", Before.NOWHERE);
        ask("b", Before.ELSEWHERE);
        assertThat(askings.minted("b", WRITE)).isEmpty();
        assertThat(askings.minted("a", WRITE)).isEmpty();
    }

    @Test
    void firstNode_refusedAndToldWhenAskedAgain_mayMint() {
        ask("a", Before.NOWHERE);
        ask("b", Before.NOWHERE);
        assertThat(askings.minted("b", WRITE)).isEmpty();
        ask("a", Before.ELSEWHERE);
        assertThat(askings.minted("a", WRITE)).isEmpty();
    }

    @Test
    void sameNode_askedTwice_isNoOtherNode() {
        ask("a", Before.NOWHERE);
        ask("a", Before.HERE);
        assertThat(askings.minted("a", WRITE)).isEmpty();
        assertThat(askings.minted("a", WRITE)).isEmpty();
    }

    private void ask(String node, Before before) {
        askings.asked(
                node,
                new CoordinatePutRequest(
                        7,
                        "things",
                        new byte[] {1},
                        new CoordinatePutRequest.Write(WRITE, CausalContext.EMPTY, true, 0, new byte[] {2}),
                        new CoordinatePutRequest.Quorum(2, 0, 0),
                        before,
                        1_000));
    }
}
