package io.dynamo.core.coordinate;

import io.dynamo.core.coordinate.HandoffRequest.Ending;
import io.dynamo.core.replica.ForOthers;
import io.dynamo.core.replica.ForOthers.Kept;
import io.dynamo.core.replica.Round;
import io.dynamo.core.replica.StoredKey;
import io.dynamo.spi.StorageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands over what one lane holds for others, and what it owes them, as soon as they answer again (Dynamo §4.6): in rounds
 * through everything, each record sent to each of its targets and let go when they have acknowledged it. Sleeps while nothing
 * is held or owed.
 *
 * <p>Confined to the lane.
 */
public final class Handoff {

    private static final Logger LOG = LoggerFactory.getLogger(Handoff.class);
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** After a target said no, or nothing. */
    private static final long BACK_OFF_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How often is looked for what has been kept for too long. */
    private static final long AGE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int WINDOW = 16;
    private static final int PAGE_ENTRIES = 16;
    private static final long PAGE_BYTES = 64 << 10;

    private final Coordinator home;
    private final ForOthers kept;
    private final Slices slices;
    private final Function<String, StorePolicy> stores;
    private final long ageMaxMillis;
    private final List<HandoffRequest> open = new ArrayList<>(WINDOW);
    private final Deque<Delivery> page = new ArrayDeque<>();
    private final Map<String, Long> notBefore = new TreeMap<>();
    // What has caught up with some partitions and not with these gets nothing of these in this round.
    private final Set<Late> late =
            new TreeSet<>(Comparator.comparing(Late::target).thenComparingInt(Late::partition));
    private long roundNotBeforeNanos;
    private Round way;
    // The placement of the last round that went through.
    private long placement;
    private long roundPlacement;
    private boolean isThrough = true;
    // It has to go through everything, whoever can be asked: the owners may be others, or some of it is too old.
    private boolean isForAll;
    private long ageLookedNanos;
    private int passedOn;
    private boolean isMakingWay;
    private boolean isArmed;
    private boolean isClosed;

    private record Delivery(Kept kept, Peer target) {

        Late place() {
            return new Late(target.id(), kept.key().partition());
        }
    }

    /** A partition of which a target cannot be given anything for good yet. */
    private record Late(String target, int partition) {}

    /**
     * Hands over what a lane holds.
     *
     * @param home the lane's requests
     * @param slices how much may be sent
     * @param stores what the coordinator knows of each store, by its name
     * @param ageMaxMillis how long something is kept for somebody who cannot be reached
     */
    public Handoff(Coordinator home, Slices slices, Function<String, StorePolicy> stores, long ageMaxMillis) {
        this.home = home;
        this.kept = home.replica().forOthers();
        this.slices = slices;
        this.stores = stores;
        this.ageMaxMillis = ageMaxMillis;
        this.ageLookedNanos = home.runtime().nanoTime() - AGE_NANOS;
        this.way = kept.round();
        kept.whenFirstTaken(this::arm);
    }

    /**
     * A node answers again, or another run of it does: what is held for it goes at once.
     *
     * @param target the node
     */
    public void returned(Peer target) {
        notBefore.remove(target.id());
        roundNotBeforeNanos = home.runtime().nanoTime();
        begin();
    }

    /**
     * Whether something of a key is on its way, or has been read to be sent.
     *
     * @param key the key
     * @return whether it may still be sent as it was when it was read
     */
    public boolean mayHold(StoredKey key) {
        return page.stream().anyMatch(delivery -> delivery.kept().key().equals(key))
                || open.stream().anyMatch(request -> request.kept.key().equals(key));
    }

    /** Sends nothing more; what is under way is forgotten, and goes again in the next run. */
    public void close() {
        isClosed = true;
        page.clear();
        open.forEach(HandoffRequest::onClose);
        open.clear();
    }

    private void arm() {
        if (!isArmed && !isClosed) {
            isArmed = true;
            home.runtime().schedule(ROUND_NANOS, () -> home.execute(this::round));
        }
    }

    private void round() {
        isArmed = false;
        if (kept.count() > 0) {
            begin();
            arm();
        }
    }

    /** Begins a round, unless one is on its way through. */
    private void begin() {
        boolean isForAllNow = placement != home.route().digest() || isAgeToBeLookedAt();
        boolean isTime = home.runtime().nanoTime() - roundNotBeforeNanos >= 0;
        if (isThrough && !isClosed && (isForAllNow || isTime && isAnyToBeAsked())) {
            isThrough = false;
            isForAll = isForAllNow;
            ageLookedNanos = home.runtime().nanoTime();
            way = kept.round();
            roundPlacement = home.route().digest();
            late.clear();
        }
        goOn();
    }

    private boolean isAgeToBeLookedAt() {
        return home.runtime().nanoTime() - ageLookedNanos >= AGE_NANOS && isTooOld(kept.oldestMillis());
    }

    private boolean isTooOld(long sinceMillis) {
        return sinceMillis != 0 && home.runtime().wallMillis() - sinceMillis > ageMaxMillis;
    }

    /** Whether somebody for whom there is something can be asked. */
    private boolean isAnyToBeAsked() {
        return canBeAsked().stream().anyMatch(target -> kept.countFor(target) > 0);
    }

    private Set<String> canBeAsked() {
        Set<String> ids = new TreeSet<>();
        for (Peer peer : home.route().preferenceList(0)) {
            if (canBeAsked(peer)) {
                ids.add(peer.id());
            }
        }
        return ids;
    }

    private void goOn() {
        while (!isClosed && !isMakingWay && open.size() < WINDOW) {
            Delivery next = page.peek();
            if (next == null) {
                if (isThrough || !turnPage()) {
                    return;
                }
                if (page.isEmpty()) {
                    makeWay(0);
                }
            } else if (!canBeAsked(next.target()) || isUnderWay(next) || late.contains(next.place())) {
                page.remove();
            } else if (slices.take(next.kept().bytes())) {
                page.remove();
                send(next);
            } else {
                makeWay(slices.turnNanos(next.kept().bytes()));
            }
        }
    }

    /** The lane's other tasks come first, and those of applications if they take too long. */
    private void makeWay(long nanos) {
        isMakingWay = true;
        home.runtime()
                .schedule(
                        nanos,
                        () -> home.execute(() -> {
                            isMakingWay = false;
                            goOn();
                        }));
    }

    private void send(Delivery delivery) {
        Kept record = delivery.kept();
        boolean isSynced =
                !record.isOwed() && stores.apply(record.key().store()).syncsHandovers();
        HandoffRequest request = new HandoffRequest(home, this, record, delivery.target(), isSynced);
        if (request.start()) {
            open.add(request);
        } else {
            backOff(delivery.target());
        }
    }

    /** An answer came, or none. */
    void ended(HandoffRequest request, Ending ending) {
        open.remove(request);
        if (ending == Ending.FAILED) {
            backOff(request.target);
        } else if (ending == Ending.KEPT) {
            late.add(new Late(request.target.id(), request.kept.key().partition()));
        } else if (kept.handedOver(request.kept, request.target.id())) {
            home.meters().handedOver();
        }
        goOn();
    }

    private void backOff(Peer target) {
        notBefore.put(target.id(), home.runtime().nanoTime() + BACK_OFF_NANOS);
    }

    private boolean canBeAsked(Peer target) {
        Long until = notBefore.get(target.id());
        return target.isUp() && (until == null || home.runtime().nanoTime() - until >= 0);
    }

    private boolean isUnderWay(Delivery delivery) {
        return open.stream()
                .anyMatch(request -> request.target == delivery.target()
                        && request.kept.key().equals(delivery.kept().key()));
    }

    /** Reads the next records; false at the end, or if they cannot be read at present. */
    private boolean turnPage() {
        try {
            // Whoever failed in the middle of the round is passed over from here on.
            if (!isForAll && !isAnyToBeAsked()) {
                isThrough = true;
                return false;
            }
            List<Kept> read = way.next(PAGE_ENTRIES, PAGE_BYTES, canBeAsked()::contains);
            if (read.isEmpty() && way.isOver()) {
                endRound();
                return false;
            }
            read.forEach(this::plan);
            return true;
        } catch (StorageException e) {
            LOG.warn("cannot read what is held for others, will try again: {}", e.getMessage());
            isThrough = true;
            return false;
        }
    }

    private void endRound() {
        isThrough = true;
        // One that ended early, as it could not read, is made up for.
        placement = roundPlacement;
        if (!late.isEmpty()) {
            roundNotBeforeNanos = home.runtime().nanoTime() + BACK_OFF_NANOS;
        }
        tellOfAge();
    }

    private void plan(Kept record) {
        Owners owners = home.owners();
        if (record.isOwed()) {
            planOwed(record);
            return;
        }
        if (owners.owns(record.key())) {
            kept.takeOver(record.key(), stores.apply(record.key().store()).lastWriteOnly());
            return;
        }
        List<Peer> targets = new ArrayList<>(record.targets().size());
        for (String id : record.targets()) {
            Peer owner = owners.owner(record.key(), id);
            if (owner == null) {
                // A hint belongs to its key: whoever owns that now gets it, from the next round on.
                kept.keepFor(record.key(), owners.ids(record.key()));
                return;
            }
            targets.add(owner);
        }
        List<Peer> others = isTooOld(record.sinceMillis()) ? othersThan(targets, record.key()) : List.of();
        if (!others.isEmpty() && !targets.stream().allMatch(this::canBeAsked)) {
            targets.removeIf(target -> !canBeAsked(target));
            targets.addAll(others);
            kept.keepFor(record.key(), targets.stream().map(Peer::id).toList());
            passedOn++;
        }
        targets.forEach(target -> plan(record, target));
    }

    /** The owners that can be asked, beside some. */
    private List<Peer> othersThan(List<Peer> some, StoredKey key) {
        return Stream.of(home.route().preferenceList(key.partition()))
                .filter(peer -> home.owners().owner(key, peer.id()) == peer)
                .filter(peer -> !some.contains(peer) && canBeAsked(peer))
                .toList();
    }

    private void tellOfAge() {
        if (passedOn > 0) {
            LOG.info(
                    "node {} has kept {} records for others for too long (hints.max-age); the other owners get them, and those"
                            + " that are away when they are compared",
                    home.self().id(),
                    passedOn);
            passedOn = 0;
        }
    }

    /** Whether this node or the other owns the key no more: whoever does gets it when owners are compared. */
    private void planOwed(Kept record) {
        Owners owners = home.owners();
        boolean isOwn = owners.owns(record.key());
        for (String id : record.targets()) {
            Peer owner = isOwn ? owners.owner(record.key(), id) : null;
            if (owner == null) {
                kept.owesNoMore(record.key(), id);
            } else {
                plan(record, owner);
            }
        }
    }

    private void plan(Kept record, Peer target) {
        if (canBeAsked(target)) {
            page.add(new Delivery(record, target));
        }
    }
}
