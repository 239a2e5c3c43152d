package io.dynamo.examples.cart;

import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void main_withoutArguments_returns() {
        Main.main(new String[0]);
    }
}
