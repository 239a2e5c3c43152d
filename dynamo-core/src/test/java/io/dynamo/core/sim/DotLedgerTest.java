package io.dynamo.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One run of a node mints a write once, unless it knows of the first version and no longer holds it. */
class DotLedgerTest {

    private static final WriteId WRITE = new WriteId(1_600_000_000_000L, 7);

    private final DotLedger ledger = new DotLedger(new Askings(node -> false));

    private static VersionSet minted(int actor) {
        Dot dot = new Dot(new Actor(1, 2, actor), 1);
        Version version = new Version(dot, 1, 0, WRITE, Values.of("k", 7).getBytes(StandardCharsets.UTF_8));
        return VersionSet.of(CausalContext.EMPTY.with(dot), List.of(version));
    }

    @Test
    void writeMintedTwiceByOneRun_isFound() {
        ledger.enter("d", "things/k", minted(1));
        ledger.enter("d", "things/k", minted(2));
        assertThat(ledger.violations).singleElement().asString().startsWith("I3");
    }

    @Test
    void standInThatHasHandedOverTheFirst_isExcused_andNobodyElse() {
        ledger.enter("d", "things/k", minted(1));
        ledger.letGo("d", "things/k", minted(1));
        ledger.enter("d", "things/k", minted(2));
        assertThat(ledger.violations).isEmpty();
        ledger.enter("d", "things/k", minted(3));
        assertThat(ledger.violations).as("it holds the second").hasSize(1);
    }
}
