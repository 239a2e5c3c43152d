package io.dynamo.examples.cart;

import org.junit.jupiter.api.Test;

class MainIT {
    @Test
    void main_inItPhase_returns() {
        Main.main(new String[0]);
    }
}
