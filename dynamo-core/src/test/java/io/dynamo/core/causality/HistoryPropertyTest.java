package io.dynamo.core.causality;

import io.dynamo.core.Cases;
import org.junit.jupiter.api.Test;

class HistoryPropertyTest {

    @Test
    void replicas_whateverHappens_keepWhatNobodyReplaced_andConvergeToTheSameBytes() {
        Cases.check(10_000, random -> new History(random).run(random.nextInt(1, 40)));
    }
}
