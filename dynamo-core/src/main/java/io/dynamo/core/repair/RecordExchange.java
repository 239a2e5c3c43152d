package io.dynamo.core.repair;

import io.dynamo.core.causality.VersionSet;
import io.dynamo.core.repair.Exchange.Candidate;
import io.dynamo.core.replica.Deletes;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.core.tree.Digest;
import io.dynamo.core.wire.CompareRecordRequest;
import io.dynamo.core.wire.CompareRecordResponse;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.PutReplicaRequest;
import io.dynamo.core.wire.PutReplicaResponse;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.core.wire.SettleResponse;
import io.dynamo.spi.StorageException;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records that two owners hold differently, a few at a time: causality first, then only what one of them lacks. Each is
 * looked at once in a pass, whatever comes of it.
 */
final class RecordExchange {

    private static final int SLICE = 8;
    /** What a look costs, with the block that both read for it, and without the record should it have to be sent. */
    private static final int LOOK_BYTES = 2_048;

    private final RepairLane home;
    private final Asking asking;
    private final Deque<Candidate> rest;
    private final Done done;
    private boolean isGoing;
    private int underWay;
    private long repaired;
    private boolean isAllHere = true;
    private boolean isAllThere = true;

    /** Told when all have been looked at. */
    interface Done {

        /**
         * All that can be done in this pass is done.
         *
         * @param isAllHere whether this node has all that the other had
         * @param isAllThere whether the other has all that this node had
         * @param repaired of how many records one of the two lacked something that it has now
         */
        void done(boolean isAllHere, boolean isAllThere, long repaired);
    }

    RecordExchange(RepairLane home, Asking asking, Deque<Candidate> candidates, Done done) {
        this.home = home;
        this.asking = asking;
        this.rest = candidates;
        this.done = done;
    }

    void goOn() {
        if (isGoing) {
            return;
        }
        isGoing = true;
        boolean isLetOn = true;
        for (int looks = 0; looks < SLICE && !rest.isEmpty() && isRoom() && isLetOn; looks++) {
            isLetOn = home.parts.slices().take(LOOK_BYTES);
            if (isLetOn) {
                underWay++;
                compare(rest.remove());
            }
        }
        isGoing = false;
        if (underWay > 0 || asking.isOver()) {
            return;
        }
        if (rest.isEmpty()) {
            done.done(isAllHere, isAllThere, repaired);
        } else {
            // The lane's other tasks come first.
            long delayNanos = isLetOn ? 0 : home.parts.slices().turnNanos(LOOK_BYTES);
            home.parts.shared().runtime().schedule(delayNanos, () -> home.lane.execute(this::goOn));
        }
    }

    private boolean isRoom() {
        return underWay < home.parts.limits().objectsMax() && !asking.isOver();
    }

    private void compare(Candidate candidate) {
        StoredKey key = candidate.key();
        home.replica.inspect(key, (set, failure) -> {
            if (asking.isOver()) {
                return;
            }
            if (set == null || !isMended(key, set)) {
                skipped();
            } else if (Digest.of(key.bytes(), set).equals(candidate.theirs())) {
                looked();
            } else {
                VersionSet known = set.withoutValues();
                asking.once(
                        (id, micros) -> new CompareRecordRequest(id, key.store(), key.key(), known, micros),
                        response -> compared(key, set, response));
            }
        });
    }

    private boolean isMended(StoredKey key, VersionSet set) {
        try {
            home.replica.trees().mend(key, set);
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    private void compared(StoredKey key, VersionSet known, Message.@Nullable Response response) {
        if (!(response instanceof CompareRecordResponse answer)) {
            skipped();
            return;
        }
        Deletes.Candidate missed = home.replica.deletes().missed(key, known, answer.set());
        if (answer.purged()) {
            remove(Deletes.Candidate.toPurge(key, known));
        } else if (!answer.forgotten().isEmpty()) {
            remove(new Deletes.Candidate(key, Digest.NONE, answer.forgotten()));
        } else if (missed != null) {
            sayRemoved(missed);
        } else if (!answer.set().isEmpty()) {
            take(key, answer);
        } else if (answer.wanted()) {
            give(key);
        } else {
            looked();
        }
    }

    /** The order to remove it was missed here. */
    private void remove(Deletes.Candidate missed) {
        boolean isRemoved = home.replica.deletes().remove(missed);
        home.parts.shared().meters().removed(isRemoved, missed.isPurge());
        if (isRemoved) {
            isRepaired();
        } else {
            // Another comparison was there first, or it has become more, which the next pass sees.
            looked();
        }
    }

    /** It was missed there. */
    private void sayRemoved(Deletes.Candidate missed) {
        StoredKey key = missed.key();
        SettleRequest.Item item = new SettleRequest.Item(key.key(), missed.digest(), missed.entries());
        asking.once(
                (id, micros) -> new SettleRequest(
                        id, SettleRequest.Step.ORDER, key.partition(), 0, key.store(), List.of(item), micros),
                response -> {
                    if (response instanceof SettleResponse) {
                        isRepaired();
                    } else {
                        skipped();
                    }
                });
    }

    private void take(StoredKey key, CompareRecordResponse answer) {
        home.parts.slices().pay(answer.set().encodedBytes());
        home.replica.merge(key, answer.set(), home.parts.keeping().apply(key.store()), failure -> {
            if (asking.isOver()) {
                return;
            }
            if (failure != null) {
                skipped();
            } else if (answer.wanted()) {
                give(key);
            } else {
                isRepaired();
            }
        });
    }

    /** What both know together, so that the other need not be asked again. */
    private void give(StoredKey key) {
        home.replica.inspect(key, (set, failure) -> {
            if (asking.isOver()) {
                return;
            }
            if (set == null) {
                notGiven();
                return;
            }
            home.parts.slices().pay(set.encodedBytes());
            asking.once(
                    (id, micros) -> new PutReplicaRequest(id, key.store(), key.key(), set, false, micros), response -> {
                        if (response instanceof PutReplicaResponse) {
                            isRepaired();
                        } else {
                            notGiven();
                        }
                    });
        });
    }

    private void isRepaired() {
        repaired++;
        home.parts.shared().meters().repairedByExchange();
        looked();
    }

    private void skipped() {
        isAllHere = false;
        notGiven();
    }

    private void notGiven() {
        isAllThere = false;
        looked();
    }

    private void looked() {
        underWay--;
        goOn();
    }
}
