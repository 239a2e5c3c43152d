package io.dynamo.storage.rocksdb;

import static io.dynamo.storage.rocksdb.Engines.bytes;

import io.dynamo.spi.Durability;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.WriteBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The victim of {@link KillIT}: four threads write and print each acknowledged write, until the process is killed.
 * Arguments: directory, name of the run.
 */
final class KilledProcess {

    private KilledProcess() {}

    public static void main(String[] args) throws Exception {
        StorageEngine engine = Engines.open(Path.of(args[0]), "write-buffer", "1MiB");
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            String name = args[1] + "-" + w;
            Durability durability = w == 0 ? Durability.BUFFERED : Durability.SYNC;
            Thread writer = new Thread(() -> write(engine, name, durability));
            writer.start();
            writers.add(writer);
        }
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private static void write(StorageEngine engine, String name, Durability durability) {
        for (int i = 0; i < 1_000_000; i++) {
            String key = name + "-" + i;
            Engines.write(engine, new WriteBatch().put(Space.RECORDS, bytes(key), value(key)), durability);
            synchronized (System.out) {
                System.out.print(key + "\n");
                System.out.flush();
            }
        }
    }

    static byte[] value(String key) {
        Random random = new Random(key.hashCode());
        byte[] value = new byte[random.nextInt(4_000)];
        random.nextBytes(value);
        return value;
    }
}
