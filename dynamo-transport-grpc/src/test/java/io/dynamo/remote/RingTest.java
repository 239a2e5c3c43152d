package io.dynamo.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.remote.proto.Member;
import io.dynamo.remote.proto.PreferenceList;
import io.dynamo.remote.proto.RingResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RingTest {

    /** A ring whose partition p belongs to the member on port p. */
    private static Ring ring(int partitions) {
        RingResponse.Builder response = RingResponse.newBuilder();
        for (int i = 0; i < partitions; i++) {
            response.addMembers(Member.newBuilder().setHost("h").setPort(i));
            response.addPartitions(PreferenceList.newBuilder().addMember(i));
        }
        return Ring.of(response.build());
    }

    @Test
    void clientAndNode_placeEveryKeyAlike() {
        Random random = new Random(1);
        for (int partitions : new int[] {1, 3, 8, 100, 256, 1000}) {
            Ring ring = ring(partitions);
            for (int i = 0; i < 2_000; i++) {
                String key = Long.toString(random.nextLong(), 36);
                int expected = io.dynamo.core.ring.Ring.partition(
                        io.dynamo.core.ring.Ring.position(key.getBytes(StandardCharsets.UTF_8)), partitions);
                assertThat(ring.preferenceList(key).get(0).port()).isEqualTo(expected);
            }
        }
    }
}
