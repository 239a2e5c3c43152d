package io.dynamo.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlaceholderBenchmarkTest {
    @Test
    void increment_fromOne_isTwo() {
        assertThat(new PlaceholderBenchmark().increment()).isEqualTo(2);
    }
}
