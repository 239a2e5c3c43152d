package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GrpcPlaceholderTest {
    @Test
    void name_isOfTheService() {
        assertThat(GrpcPlaceholder.name()).endsWith("Pipe");
    }
}
