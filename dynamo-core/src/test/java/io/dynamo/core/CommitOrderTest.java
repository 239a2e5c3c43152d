package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.WriteId;
import io.dynamo.core.causality.Actor;
import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.Dot;
import io.dynamo.core.causality.Version;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.Keeping;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.spi.Durability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An engine whose queue is full refuses a batch at once, while earlier ones of the same key are on their way. */
class CommitOrderTest {

    private static final StoredKey KEY = StoredKey.of("notes", "key".getBytes(StandardCharsets.UTF_8), 1);
    private static final Keeping KEEPING = new Keeping(Durability.SYNC, false);

    private final TestEngine engine = new TestEngine();
    private final Replica replica = TestReplica.on(engine);
    private final List<String> ended = new ArrayList<>();

    private static VersionSet written(int actor) {
        Dot dot = new Dot(new Actor(1, 2, actor), 1);
        return VersionSet.of(
                CausalContext.EMPTY.with(dot),
                List.of(new Version(dot, actor, 0, new WriteId(1, actor), new byte[] {(byte) actor})));
    }

    private void arrives(int actor) {
        replica.merge(
                KEY, written(actor), KEEPING, failure -> ended.add(actor + (failure == null ? " kept" : " refused")));
        replica.commitStaged();
    }

    /** 1 is written, 2 is on its way, 3 is refused at once. */
    private void refusedWhileAnotherIsOnItsWay() {
        arrives(1);
        engine.holdsWrites = true;
        arrives(2);
        engine.failsWrites = true;
        arrives(3);
        engine.failsWrites = false;
    }

    @Test
    void batchRefusedBeforeAnEarlierOneIsWritten_endsAfterIt_andTheEarlierOneIsSeen() {
        refusedWhileAnotherIsOnItsWay();
        assertThat(replica.peek(KEY)
                        .context()
                        .contains(written(2).versions().get(0).dot()))
                .isTrue();

        engine.releaseWrites();

        assertThat(ended).containsExactly("1 kept", "2 kept", "3 refused");
        assertThat(replica.peek(KEY)).isEqualTo(written(1).merge(written(2)));
    }

    @Test
    void writeBuiltWhileABatchIsRefusedBeforeAnEarlierOne_keepsTheEarlierOne() {
        refusedWhileAnotherIsOnItsWay();
        arrives(4);

        engine.releaseWrites();

        CausalContext known = replica.peek(KEY).context();
        assertThat(List.of(1, 2, 4))
                .allMatch(
                        actor -> known.contains(written(actor).versions().get(0).dot()));
        assertThat(ended).containsExactly("1 kept", "2 kept", "3 refused", "4 kept");
    }
}
