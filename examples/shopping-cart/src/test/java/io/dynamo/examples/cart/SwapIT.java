package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.examples.cart.RestClient.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another storage is another setting and nothing else, for a real cluster as well. */
class SwapIT {

    @TempDir
    private Path directory;

    @Test
    void threeFiles_withTheMemoryEngine_formACluster() {
        try (ThreeProcesses cluster = new ThreeProcesses(directory, "-Ddynamo.storage.engine=memory")) {
            Map<String, Integer> expected = new TreeMap<>();
            for (String id : ThreeProcesses.IDS) {
                Answer added = cluster.client(id).add("shared", id, "sku-" + id, 2);
                assertThat(added.status()).as(added.response().body()).isEqualTo(200);
                expected.put("sku-" + id, 2);
                for (String other : ThreeProcesses.IDS) {
                    assertThat(cluster.client(other).get("/carts/shared").items())
                            .as("added through " + id + ", read through " + other)
                            .isEqualTo(expected);
                }
            }
            for (String id : ThreeProcesses.IDS) {
                assertThat(cluster.output(id)).startsWith("Cart service: node " + id + " (memory, grpc)");
            }
            assertThat(directory.resolve("data")).as("nothing is on disk").doesNotExist();
            // Two of three are a quorum here as well.
            cluster.kill("b");
            Answer alone = addAt(cluster, List.of("a", "c"));
            assertThat(alone.items()).containsEntry("late", 1);
        }
    }

    /** The first moments after a kill may cost one try its time-out. */
    private static Answer addAt(ThreeProcesses cluster, List<String> ids) {
        Answer answer = cluster.client(ids.get(0)).add("shared", ids.get(0), "late", 1);
        return answer.status() == 200 ? answer : cluster.client(ids.get(1)).add("shared", ids.get(1), "late", 1);
    }
}
