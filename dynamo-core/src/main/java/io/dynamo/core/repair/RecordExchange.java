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
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records that two owners hold differently, a few at a time: causality first, then only what one of them lacks. Each is
 * looked at once in a pass, whatever comes of it.
 */
final class RecordExchange {

    private static final int SLICE = 32;

    private final RepairLane home;
    private final Asking asking;
    private final Deque<Candidate> rest;
    private final Done done;
    private boolean isGoing;
    private int underWay;
    private long repaired;
    private boolean areAll = true;

    /** Told when all have been looked at. */
    interface Done {
        void done(boolean areAll, long repaired);
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
        for (int looks = 0; looks < SLICE && !rest.isEmpty() && isRoom(); looks++) {
            underWay++;
            compare(rest.remove());
        }
        isGoing = false;
        if (underWay > 0 || asking.isOver()) {
            return;
        }
        if (rest.isEmpty()) {
            done.done(areAll, repaired);
        } else {
            // The lane's other tasks come first.
            home.parts.shared().runtime().execute(() -> home.lane.execute(this::goOn));
        }
    }

    private boolean isRoom() {
        return underWay < home.parts.limits().objectsMax() && !asking.isOver();
    }

    private void compare(Candidate candidate) {
        StoredKey key = candidate.key();
        home.replica.read(key, (set, failure) -> {
            if (asking.isOver()) {
                return;
            }
            if (set == null) {
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

    private void compared(StoredKey key, VersionSet known, Message.@Nullable Response response) {
        if (!(response instanceof CompareRecordResponse answer)) {
            skipped();
        } else if (answer.purged()) {
            purge(key, known);
        } else if (home.replica.deletes().wasPurged(key, known, answer.set())) {
            sayPurged(key, answer.set());
        } else if (!answer.set().isEmpty()) {
            take(key, answer);
        } else if (answer.wanted()) {
            give(key);
        } else {
            looked();
        }
    }

    /** The order to remove it was missed here. */
    private void purge(StoredKey key, VersionSet known) {
        boolean isPurged = home.replica.deletes().purge(new Deletes.Candidate(key, Digest.of(key.bytes(), known)));
        if (isPurged) {
            home.parts.shared().meters().purged(1);
            isRepaired();
        } else {
            // Another comparison was there first, or it has become more, which the next pass sees.
            looked();
        }
    }

    /** It was missed there. */
    private void sayPurged(StoredKey key, VersionSet theirs) {
        SettleRequest.Item item = new SettleRequest.Item(key.key(), Digest.of(key.bytes(), theirs));
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
        home.replica.read(key, (set, failure) -> {
            if (asking.isOver()) {
                return;
            }
            if (set == null) {
                skipped();
                return;
            }
            asking.once(
                    (id, micros) -> new PutReplicaRequest(id, key.store(), key.key(), set, false, micros), response -> {
                        if (response instanceof PutReplicaResponse) {
                            isRepaired();
                        } else {
                            skipped();
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
        areAll = false;
        looked();
    }

    private void looked() {
        underWay--;
        goOn();
    }
}
