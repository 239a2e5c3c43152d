package io.dynamo.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void outcome_hasTwoValues() {
        assertThat(Outcome.values()).hasSize(2);
    }
}
