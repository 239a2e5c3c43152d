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
import io.dynamo.spi.Space;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes into the cache of records: what requests ask for, and not what other nodes hand over or compare. */
class CachedRecordsTest {

    private static final StoredKey KEY = StoredKey.of("notes", "key".getBytes(StandardCharsets.UTF_8), 1);
    private static final StoredKey OTHER = StoredKey.of("notes", "other".getBytes(StandardCharsets.UTF_8), 1);
    private static final Keeping KEEPING = new Keeping(Durability.SYNC, false);

    private final TestEngine engine = new TestEngine();
    private Replica replica = TestReplica.on(engine);

    private static VersionSet written(int times) {
        Dot dot = new Dot(new Actor(1, 2, 3), times);
        return VersionSet.of(
                CausalContext.EMPTY.with(dot),
                List.of(new Version(dot, times, 0, new WriteId(1, times), new byte[] {(byte) times})));
    }

    private void arrives(VersionSet set) {
        replica.merge(KEY, set, KEEPING, failure -> assertThat(failure).isNull());
        replica.commitStaged();
        assertThat(engine.entries(Space.RECORDS)).hasSize(1);
    }

    private int readsOf(Runnable task) {
        int before = engine.reads;
        task.run();
        return engine.reads - before;
    }

    private void asked() {
        replica.read(KEY, (set, failure) -> assertThat(set).isNotNull());
    }

    private void inspected() {
        replica.inspect(KEY, (set, failure) -> assertThat(set).isNotNull());
    }

    @Test
    void recordHandedOverTwice_isNotInTheCache() {
        arrives(written(1));
        arrives(written(1));

        assertThat(readsOf(this::asked)).isEqualTo(1);
    }

    @Test
    void recordThatARequestReads_isInTheCacheFromThenOn() {
        arrives(written(1));
        asked();

        assertThat(readsOf(this::asked)).isZero();
        assertThat(replica.peek(KEY)).isEqualTo(written(1));
    }

    @Test
    void recordThatIsWrittenAgain_isInTheCacheAsItIsNow() {
        arrives(written(1));
        arrives(written(2));

        assertThat(readsOf(this::asked)).isZero();
        assertThat(replica.peek(KEY)).isEqualTo(written(1).merge(written(2)));
    }

    @Test
    void engineInMemory_recordOfAWrite_isReadOnceFromIt() {
        engine.isInMemory = true;
        replica = TestReplica.on(engine);
        arrives(written(1));
        asked();

        assertThat(readsOf(() -> arrives(written(2)))).isZero();
        assertThat(readsOf(this::asked)).isZero();
        assertThat(replica.peek(KEY)).isEqualTo(written(1).merge(written(2)));
        assertThat(replica.peek(OTHER)).isEqualTo(VersionSet.EMPTY);
    }

    @Test
    void engineInMemory_anotherRecord_takesThePlaceOfTheLast() {
        engine.isInMemory = true;
        replica = TestReplica.on(engine);
        arrives(written(1));
        asked();
        replica.merge(OTHER, written(3), KEEPING, failure -> assertThat(failure).isNull());
        replica.commitStaged();

        assertThat(replica.peek(OTHER)).isEqualTo(written(3));
        assertThat(readsOf(this::asked)).isEqualTo(1);
        assertThat(replica.peek(KEY)).isEqualTo(written(1));
    }

    @Test
    void engineInMemory_writeThatIsDenied_isReadAnew() {
        engine.isInMemory = true;
        replica = TestReplica.on(engine);
        arrives(written(1));
        asked();
        engine.deniesWrites = true;
        replica.merge(KEY, written(2), KEEPING, failure -> assertThat(failure).isNotNull());
        replica.commitStaged();

        assertThat(replica.peek(KEY)).isEqualTo(written(1).merge(written(2)));
    }

    @Test
    void recordThatIsCompared_isNotInTheCache_andIsReadFromThereIfItIs() {
        arrives(written(1));
        inspected();

        assertThat(readsOf(this::inspected)).isEqualTo(1);
        asked();
        assertThat(readsOf(this::inspected)).isZero();
    }
}
