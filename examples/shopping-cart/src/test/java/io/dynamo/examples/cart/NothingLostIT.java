package io.dynamo.examples.cart;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 64 clients, 20 carts, three real processes on gRPC and RocksDB: no acknowledged add is lost, whatever dies. */
class NothingLostIT {

    private static final int ITEMS = Integer.getInteger("cart.items", 10_000);

    // Wider than the product's 1s: a machine that is busy with other things is no fault. -Dcart.timeout=1s is the
    // default.
    private static final String TIMEOUT = "-Ddynamo.request.timeout=" + System.getProperty("cart.timeout", "5s");

    // Enough for each client to have met the outage.
    private static final int NOT_APPLIED_MIN = 64;

    @TempDir
    private Path directory;

    @Test
    void adds_withoutFaults_areAllThere() throws InterruptedException {
        try (ThreeProcesses cluster = new ThreeProcesses(directory, TIMEOUT)) {
            CartLoad load = new CartLoad("NothingLostIT, no fault", cluster, ITEMS);
            load.run(() -> {});
            load.assertNothingLost(0.99);
        }
    }

    @Test
    void adds_oneNodeKilledHalfWayAndRestarted_noAcknowledgedOneIsLost() throws InterruptedException {
        try (ThreeProcesses cluster = new ThreeProcesses(directory, TIMEOUT)) {
            CartLoad load = new CartLoad("NothingLostIT, one killed", cluster, ITEMS);
            load.run(() -> {
                cluster.kill("b");
                cluster.start("b");
            });
            load.assertNothingLost(0.90);
        }
    }

    @Test
    void adds_allNodesKilledAtOnceHalfWayAndRestarted_noAcknowledgedOneIsLost() throws InterruptedException {
        try (ThreeProcesses cluster = new ThreeProcesses(directory, TIMEOUT)) {
            CartLoad load = new CartLoad("NothingLostIT, all killed", cluster, ITEMS);
            load.run(() -> {
                cluster.killAll();
                load.awaitNotApplied(NOT_APPLIED_MIN);
                load.pause();
                cluster.startAll();
                load.goOn();
            });
            load.assertNothingLost(0.90);
            load.assertAcknowledgedAfterPause(0.40);
            load.assertNotApplied(NOT_APPLIED_MIN, 0);
        }
    }

    @Test
    void adds_twoOfThreeKilledHalfWay_whatTheThirdRefusedIsNowhere() throws InterruptedException {
        try (ThreeProcesses cluster = new ThreeProcesses(directory, TIMEOUT)) {
            CartLoad load = new CartLoad("NothingLostIT, two killed", cluster, ITEMS / 2);
            load.run(() -> {
                cluster.kill("b");
                cluster.kill("c");
                load.awaitNotApplied(NOT_APPLIED_MIN);
                load.pause();
                cluster.start("b");
                cluster.start("c");
                load.goOn();
            });
            load.assertNothingLost(0.80);
            load.assertAcknowledgedAfterPause(0.40);
            load.assertNotApplied(NOT_APPLIED_MIN, NOT_APPLIED_MIN);
        }
    }
}
