package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContinuousIntegrationTest {

    @ParameterizedTest
    @ValueSource(strings = {"true", "1", "True", "yes", "a-service"})
    void variable_setToAnything_isOn(String variable) {
        assertThat(ContinuousIntegration.isOn(variable)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "false", "FALSE"})
    void variable_absentOrFalse_isOff(String variable) {
        assertThat(ContinuousIntegration.isOn(variable)).isFalse();
    }
}
