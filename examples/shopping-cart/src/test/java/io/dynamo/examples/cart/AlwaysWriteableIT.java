package io.dynamo.examples.cart;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The paper's promise on real processes (Dynamo §2.2, §4.6): nodes are killed with SIGKILL and started again at random, two of
 * them down at times, and every write is taken; nothing acknowledged is lost, and what the nodes missed comes back to them
 * without a read. {@code -Dwriteable.seconds=600} is the long form.
 */
class AlwaysWriteableIT {

    private static final Duration STORM = Duration.ofSeconds(Integer.getInteger("writeable.seconds", 25));

    @TempDir
    private Path directory;

    @Test
    void threeProcesses_oneAnswerIsEnough_anyTwoDead() throws InterruptedException {
        try (Processes cluster = new Processes(
                3,
                directory,
                "-Ddynamo.quorum.n=3",
                "-Ddynamo.quorum.r=1",
                "-Ddynamo.quorum.w=1",
                "-Ddynamo.repair.every=10s")) {
            new Storm("AlwaysWriteableIT, three processes", cluster, 3).blow(STORM);
        }
    }

    @Test
    void fiveProcesses_twoAcknowledgements_anyTwoDead() throws InterruptedException {
        try (Processes cluster = new Processes(
                5,
                directory,
                "-Ddynamo.quorum.n=3",
                "-Ddynamo.quorum.r=1",
                "-Ddynamo.quorum.w=2",
                "-Ddynamo.repair.every=10s")) {
            new Storm("AlwaysWriteableIT, five processes", cluster, 3).blow(STORM);
        }
    }
}
