package io.dynamo.core.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/** Makes members for tests. */
final class Members {

    private Members() {}

    static List<RingMember> of(int count, IntUnaryOperator weight, IntFunction<String> zone) {
        List<RingMember> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new RingMember(String.format("node-%02d", i), weight.applyAsInt(i), zone.apply(i)));
        }
        return members;
    }

    static List<RingMember> equal(int count) {
        return of(count, i -> 1, i -> "zone");
    }
}
