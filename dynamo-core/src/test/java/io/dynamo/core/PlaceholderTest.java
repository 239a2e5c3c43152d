package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlaceholderTest {
    @Test
    void name_throughTheCodec_isKept() {
        assertThat(Placeholder.name()).isEqualTo("core");
    }
}
