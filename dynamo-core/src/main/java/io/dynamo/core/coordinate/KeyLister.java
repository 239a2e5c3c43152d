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

/** Reads a page of keys from this node's engine. What is not yet durable is not listed. */
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
        List<ListKeysResponse.Entry> entries = new ArrayList<>();
        try (StorageEngine.Scan scan = engine.scan(Space.RECORDS, first, StoredKey.endOf(prefix))) {
            while (scan.hasNext() && entries.size() < range.limit()) {
                StoredKey key = StoredKey.parse(scan.next().getKey());
                VersionSet set = replica.peek(key);
                entries.add(new ListKeysResponse.Entry(key.key(), set.withoutValues()));
            }
            answer.answer(new ListKeysResponse(0, entries, scan.hasNext()), null);
        } catch (StorageException e) {
            answer.answer(null, e);
        }
    }
}
