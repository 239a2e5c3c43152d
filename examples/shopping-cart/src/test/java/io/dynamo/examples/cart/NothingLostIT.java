package io.dynamo.examples.cart;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 64 clients, 20 carts, three real processes on gRPC and RocksDB: no acknowledged add is lost, whatever dies. */
class NothingLostIT {

    private static final int ITEMS = Integer.getInteger("cart.items", 10_000);

    @TempDir
    private Path directory;

    @Test
    void adds_withoutFaults_areAllThere() throws InterruptedException {
        try (ThreeProcesses cluster = new ThreeProcesses(directory)) {
            CartLoad load = new CartLoad(cluster, ITEMS);
            load.run(() -> {});
            load.assertNothingLost(0.99);
        }
    }

    @Test
    void adds_oneNodeKilledHalfWayAndRestarted_noAcknowledgedOneIsLost() throws InterruptedException {
        try (ThreeProcesses cluster = new ThreeProcesses(directory)) {
            CartLoad load = new CartLoad(cluster, ITEMS);
            load.run(() -> {
                cluster.kill("b");
                cluster.start("b");
            });
            load.assertNothingLost(0.90);
        }
    }

    @Test
    void adds_allNodesKilledAtOnceHalfWayAndRestarted_noAcknowledgedOneIsLost() throws InterruptedException {
        try (ThreeProcesses cluster = new ThreeProcesses(directory)) {
            CartLoad load = new CartLoad(cluster, ITEMS);
            load.run(() -> {
                cluster.killAll();
                load.pause();
                cluster.startAll();
                load.goOn();
            });
            load.assertNothingLost(0);
        }
    }
}
