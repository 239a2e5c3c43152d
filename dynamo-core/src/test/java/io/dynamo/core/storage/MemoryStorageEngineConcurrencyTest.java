package io.dynamo.core.storage;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** The memory engine is linearizable: reads and writes of a key, and scans, which see whole batches. */
class MemoryStorageEngineConcurrencyTest {

    private static final int ITERATIONS = Integer.getInteger("lincheck.iterations", 3);
    private static final int INVOCATIONS = Integer.getInteger("lincheck.invocations", 300);

    private static final byte[] FIRST = {0, 0, 1};
    private static final byte[] SECOND = {0, 0, 2};
    private static final byte[] END = {0, 1};

    /** What threads do at once. */
    public static final class Engine {
        private final StorageEngine engine = new MemoryStorageEngine(1 << 20);

        @Operation
        public int get() {
            return number(engine.get(Space.RECORDS, FIRST));
        }

        @Operation
        public void put() {
            write(new WriteBatch().put(Space.RECORDS, FIRST, new byte[] {1}));
        }

        @Operation
        public void delete() {
            write(new WriteBatch().delete(Space.RECORDS, FIRST));
        }

        @Operation
        public void putBoth() {
            write(new WriteBatch().put(Space.RECORDS, FIRST, new byte[] {2}).put(Space.RECORDS, SECOND, new byte[] {2
            }));
        }

        @Operation
        public String scan() {
            StringBuilder found = new StringBuilder();
            try (StorageEngine.Scan scan = engine.scan(Space.RECORDS, FIRST, END)) {
                while (scan.hasNext()) {
                    Map.Entry<byte[], byte[]> entry = scan.next();
                    found.append(entry.getKey()[2])
                            .append('=')
                            .append(entry.getValue()[0])
                            .append(' ');
                }
            }
            return found.toString();
        }

        private void write(WriteBatch batch) {
            engine.write(batch, Durability.BUFFERED, failure -> {});
        }

        private static int number(byte[] value) {
            return value == null ? 0 : value[0];
        }
    }

    @Test
    void engine_modelChecked_isLinearizable() {
        new ModelCheckingOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(2)
                .actorsPerThread(2)
                .check(Engine.class);
    }

    @Test
    void engine_stressed_isLinearizable() {
        new StressOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(2)
                .actorsPerThread(2)
                .check(Engine.class);
    }
}
