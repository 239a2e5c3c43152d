package io.dynamo.core.causality;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.core.Cases;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TruncatedHistoryPropertyTest {

    @Test
    void truncatedRecords_loseNothingThatNobodyReplaced_andReuseNoDot() {
        AtomicInteger forgotten = new AtomicInteger();
        Cases.check(10_000, random -> forgotten.addAndGet(new TruncatedHistory(random).run(random.nextInt(1, 60))));
        if (!Cases.isReplay()) {
            assertThat(forgotten.get()).as("entries forgotten in all cases").isGreaterThan(5_000);
        }
    }
}
