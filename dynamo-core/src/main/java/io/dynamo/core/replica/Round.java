package io.dynamo.core.replica;

import io.dynamo.core.replica.ForOthers.Kept;
import io.dynamo.spi.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One way through everything that a lane holds for others, and then through what it owes them. Confined to the lane. */
public final class Round {

    private static final Logger LOG = LoggerFactory.getLogger(Round.class);

    private final Replica replica;
    private final ForOthers hints;
    private final LaneOwed owed;
    private byte[] place = ForOthers.BEGINNING;
    private boolean isThroughHints;
    private boolean isOver;
    // Of the last page, and of one of them why: a disk that fails is not to fill the log.
    private int unreadable;
    private String why = "";

    Round(Replica replica, ForOthers hints, LaneOwed owed) {
        this.replica = replica;
        this.hints = hints;
        this.owed = owed;
    }

    /**
     * Reads on.
     *
     * @param entriesMax most records
     * @param bytesMax about as many bytes, but one record in any case
     * @param targets who can be asked; what is owed to others only is passed over
     * @return also empty if what was looked at is there no more, or cannot be read; see {@link #isOver}
     * @throws StorageException if the engine cannot be read
     */
    public List<Kept> next(int entriesMax, long bytesMax, Predicate<String> targets) {
        if (!isThroughHints) {
            List<Kept> kept = hints.read(place, entriesMax, bytesMax);
            if (!kept.isEmpty()) {
                place = kept.get(kept.size() - 1).next();
                return kept;
            }
            isThroughHints = true;
            place = ForOthers.BEGINNING;
        }
        return nextOwed(entriesMax, bytesMax, targets);
    }

    /**
     * Whether it ends with the last page.
     *
     * @return whether it has gone through everything, or what it came to cannot be read
     */
    public boolean isOver() {
        return isOver;
    }

    private List<Kept> nextOwed(int entriesMax, long bytesMax, Predicate<String> targets) {
        List<Kept> kept = new ArrayList<>();
        long left = bytesMax;
        unreadable = 0;
        for (int looked = 0; looked < entriesMax && left > 0; looked++) {
            LaneOwed.Debt debt = owed.next(place, targets);
            if (debt == null) {
                isOver = true;
                break;
            }
            place = debt.key().bytes();
            Kept present = present(debt);
            if (present != null) {
                kept.add(present);
                left -= present.bytes();
            }
        }
        if (unreadable > 0) {
            // The rest comes in the next round: a broken disk is not to keep the lane and the log busy.
            isOver |= kept.isEmpty();
            LOG.warn("{} records cannot be read, so they are not handed over to who missed them: {}", unreadable, why);
        }
        return kept;
    }

    /**
     * The record as it is now; null if it is not there, or cannot be read. Then it is owed no more: the batch it was in has
     * failed, or it is for those who compare to find.
     */
    private @Nullable Kept present(LaneOwed.Debt debt) {
        try {
            Held held = replica.look(debt.key());
            if (held.set().isEmpty()) {
                forget(debt);
                return null;
            }
            long bytes = debt.key().bytes().length + (long) held.set().encodedBytes();
            return new Kept(debt.key(), held.set(), debt.targets(), bytes, 0);
        } catch (StorageException e) {
            unreadable++;
            why = String.valueOf(e.getMessage());
            forget(debt);
            return null;
        }
    }

    private void forget(LaneOwed.Debt debt) {
        debt.targets().forEach(target -> owed.settle(debt.key(), target));
    }
}
