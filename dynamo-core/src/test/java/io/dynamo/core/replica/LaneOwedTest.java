package io.dynamo.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneOwedTest {

    private final Owed all = new Owed(1 << 10);
    private final LaneOwed lane = new LaneOwed(all);

    private static StoredKey key(int number) {
        return StoredKey.of("s", ("k" + number).getBytes(), 8);
    }

    @Test
    void keyOwedToTwo_isOneEntry_andGoesWithTheSecond() {
        lane.owe(key(1), List.of("c"));
        lane.owe(key(1), List.of("b", "c"));
        assertThat(lane.count()).isEqualTo(1);
        assertThat(lane.countFor("c")).isEqualTo(1);
        assertThat(all.countFor("b")).isEqualTo(1);
        assertThat(lane.settle(key(1), "c")).isTrue();
        assertThat(lane.settle(key(1), "c")).as("already settled").isFalse();
        assertThat(lane.count()).isEqualTo(1);
        assertThat(lane.settle(key(1), "b")).isTrue();
        assertThat(lane.count()).isZero();
        assertThat(all.debts().bytes()).isZero();
        assertThat(all.countFor("b") + all.countFor("c")).isZero();
    }

    @Test
    void atTheBound_keysAreNotNoted_andCounted_andRoomComesBack() {
        for (int i = 0; i < 10; i++) {
            lane.owe(key(i), List.of("c"));
        }
        assertThat(lane.count()).isEqualTo(4);
        assertThat(all.debts().dropped()).isEqualTo(6);
        assertThat(all.debts().bytes()).isLessThanOrEqualTo(1 << 10);
        lane.owe(key(0), List.of("b"));
        assertThat(lane.countFor("b")).as("it is there already").isEqualTo(1);
        lane.settle(key(1), "c");
        lane.owe(key(7), List.of("c"));
        assertThat(lane.count()).isEqualTo(4);
    }

    @Test
    void next_passesOverWhatIsOwedToOthersOnly() {
        lane.owe(key(1), List.of("b"));
        lane.owe(key(2), List.of("c"));
        lane.owe(key(3), List.of("b", "c"));
        List<StoredKey> met = new ArrayList<>();
        byte[] place = ForOthers.BEGINNING;
        for (LaneOwed.Debt debt = lane.next(place, "c"::equals);
                debt != null;
                debt = lane.next(debt.key().bytes(), "c"::equals)) {
            met.add(debt.key());
        }
        assertThat(met).containsExactlyInAnyOrder(key(2), key(3));
    }

    @Test
    void firstOne_isTold_andTheFirstAfterNone() {
        List<String> told = new ArrayList<>();
        lane.whenFirstTaken(() -> told.add("first"));
        lane.owe(key(1), List.of("b"));
        lane.owe(key(2), List.of("b"));
        assertThat(told).hasSize(1);
        lane.settle(key(1), "b");
        lane.settle(key(2), "b");
        lane.owe(key(2), List.of("b"));
        assertThat(told).hasSize(2);
    }
}
