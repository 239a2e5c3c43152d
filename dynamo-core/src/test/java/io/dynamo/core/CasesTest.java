package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

@DisabledIfSystemProperty(named = "dynamo.seed", matches = ".*", disabledReason = "one case is replayed")
class CasesTest {

    @Test
    void check_everyCase_hasItsOwnStream() {
        List<Long> drawn = new ArrayList<>();
        Cases.check(100, random -> drawn.add(random.nextLong()));
        assertThat(drawn).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void check_aCaseFails_namesTheSeedThatReplaysIt() {
        int[] runs = {0};
        assertThatThrownBy(
                        () -> Cases.check(100, random -> assertThat(++runs[0]).isNotEqualTo(42)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Ddynamo.seed=41:");
    }
}
