package io.dynamo.core.coordinate;

import io.dynamo.api.LimitException;
import io.dynamo.core.causality.HybridClock;
import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.replica.Replica;
import io.dynamo.core.replica.StoredKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Limits are kept where a version is minted, and only there. */
final class WriteLimits {

    private static final Logger LOG = LoggerFactory.getLogger(WriteLimits.class);

    private WriteLimits() {}

    /**
     * Refuses a write that would pass a limit of its store.
     *
     * @throws LimitException saying which
     */
    static void check(Replica replica, StorePolicy store, StoredKey key, WriteCommand command, long wallMillis) {
        if (command.blind() && !store.blindPut()) {
            throw new LimitException("put " + key + " without a context; stores." + store.name()
                    + ".blind-put is refuse: read the key first");
        }
        VersionSet held = replica.peek(key);
        int before = held.versions().size();
        int after = store.lastWriteOnly() ? 1 : held.unseenBy(command.seen()) + 1;
        if (after > store.siblingsMax() && after > before) {
            throw new LimitException("put " + key + " would leave " + after + " siblings; limits.siblings-max is "
                    + store.siblingsMax() + ": read, merge, and put with the context of that read");
        }
        if (after > store.siblingsWarn() && before <= store.siblingsWarn()) {
            LOG.warn("{} now has {} siblings; writers should put with the context of a read", key, after);
        }
        byte[] value = command.value();
        long bytes = value == null ? 0 : value.length;
        long present = held.encodedBytes();
        long grown = present - held.valueBytesSeenBy(command.seen()) + bytes;
        if (after > 1 && after >= before && grown > present && grown > store.recordBytesMax()) {
            throw new LimitException("put " + key + " would grow the record to " + grown + " bytes; limits.record is "
                    + store.recordBytesMax());
        }
        if (store.lastWriteOnly()) {
            refuseFutureTimestamp(replica.timestampFor(held, command.seenTimestamp()), store, key, wallMillis);
        }
    }

    private static void refuseFutureTimestamp(long timestamp, StorePolicy store, StoredKey key, long wallMillis) {
        long ahead = HybridClock.millis(timestamp) - wallMillis;
        if (ahead > store.skewMillisMax()) {
            throw new LimitException("put " + key + " needs a timestamp " + ahead
                    + " ms ahead of this node's clock; clock.skew-max is " + store.skewMillisMax()
                    + " ms: check the clocks of the cluster");
        }
    }
}
