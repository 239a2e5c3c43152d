package io.dynamo.core.coordinate;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.wire.ListKeysResponse;
import io.dynamo.spi.Space;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a page of the keys in this node's engine. A key is judged by what is held of it, and the page is answered when that
 * is durable: like a get it never shows what a crash could take back. A key whose first write is not yet in the engine is
 * not listed, as nobody was told that it is written.
 */
public final class KeyLister {

    private KeyLister() {}

    /** Gets a page, or why there is none: exactly one of the two is not null. */
    @FunctionalInterface
    public interface Answer {
        /**
         * The page is read.
         *
         * @param page the keys, with request id 0
         * @param failure why they could not be read
         */
        void answer(@Nullable ListKeysResponse page, @Nullable StorageException failure);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Range(String store, int partition, byte[] after, int limit) {}

    static void list(StorageEngine engine, Replica replica, Range range, Answer answer) {
        byte[] prefix = StoredKey.storeRange(range.store(), range.partition());
        byte[] from = Arrays.copyOf(prefix, prefix.length + range.after().length + 1);
        System.arraycopy(range.after(), 0, from, prefix.length, range.after().length);
        byte[] first = range.after().length == 0 ? prefix : from;
        List<StoredKey> keys = new ArrayList<>();
        boolean more;
        try (StorageEngine.Scan scan = engine.scan(Space.RECORDS, first, StoredKey.endOf(prefix))) {
            while (scan.hasNext() && keys.size() < range.limit()) {
                keys.add(StoredKey.parse(scan.next().getKey()));
            }
            more = scan.hasNext();
        } catch (StorageException e) {
            answer.answer(null, e);
            return;
        }
        new Page(keys, more, answer).read(replica);
    }

    /** A page whose keys are being judged. */
    private static final class Page {
        private final List<StoredKey> keys;
        private final boolean more;
        private final Answer answer;
        private final ListKeysResponse.Entry[] entries;
        // Keys that are not yet judged, and one for the round through all of them.
        private int open;
        private @Nullable StorageException failed;

        Page(List<StoredKey> keys, boolean more, Answer answer) {
            this.keys = keys;
            this.more = more;
            this.answer = answer;
            this.entries = new ListKeysResponse.Entry[keys.size()];
            this.open = keys.size() + 1;
        }

        void read(Replica replica) {
            for (int i = 0; i < entries.length; i++) {
                int place = i;
                replica.inspect(keys.get(i), (set, failure) -> judge(place, set, failure));
            }
            settle();
        }

        private void judge(int place, @Nullable VersionSet set, @Nullable StorageException failure) {
            if (set == null) {
                failed = failure;
            } else {
                entries[place] = new ListKeysResponse.Entry(keys.get(place).key(), set.withoutValues());
            }
            settle();
        }

        private void settle() {
            if (--open > 0) {
                return;
            }
            if (failed == null) {
                answer.answer(new ListKeysResponse(0, List.of(entries), more), null);
            } else {
                answer.answer(null, failed);
            }
        }
    }
}
