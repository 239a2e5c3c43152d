package io.dynamo.core.purge;

import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.replica.Deletes.Candidate;
import io.dynamo.core.wire.SettleRequest;
import io.dynamo.core.wire.SettleRequest.Step;
import io.dynamo.core.wire.SettleResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The proof that some deleted records may be removed, or some entries of runs that are over forgotten, and their removal. All
 * owners hold just these, on their disks; no member
 * has anything under way that may bring an older version, nor keeps any; what is under way in the network gets too old; and
 * nothing was kept for others meanwhile. Any member that does not say so ends it, and it begins anew at its usual time.
 */
final class Settle {

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_MIN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int TRIES = 3;

    private final PurgeLane home;
    private final int partition;
    private final String store;
    private final long epoch;
    private final Peer[] list;
    private final Consumer<Ended> done;
    private final long startNanos;
    private final SortedSet<String> blockedBy = new TreeSet<>();
    private List<Candidate> items;

    /**
     * How it ended.
     *
     * @param purged how many records were ordered to be removed
     * @param blockedBy members that have kept some from being so
     * @param epoch the highest number that was heard of
     */
    record Ended(int purged, List<String> blockedBy, long epoch) {}

    /**
     * Begins.
     *
     * @param batch not empty, of one store of a partition
     */
    Settle(PurgeLane home, List<Candidate> batch, long epoch, Peer[] list, Consumer<Ended> done) {
        this.home = home;
        this.partition = batch.get(0).key().partition();
        this.store = batch.get(0).key().store();
        this.epoch = epoch;
        this.list = list;
        this.done = done;
        this.items = batch;
        this.startNanos = home.parts.shared().runtime().nanoTime();
    }

    void start() {
        poll(Step.VOTE, owners(), 1, this::voted);
    }

    private List<Peer> owners() {
        List<Peer> owners = new ArrayList<>();
        for (Peer peer : list) {
            if (home.parts.shared().owners().owner(items.get(0).key(), peer.id()) != null) {
                owners.add(peer);
            }
        }
        return owners;
    }

    private void poll(Step step, List<Peer> members, int tries, Consumer<Map<String, SettleResponse>> taken) {
        List<SettleRequest.Item> asked = items.stream()
                .map(one -> new SettleRequest.Item(one.key().key(), one.digest(), one.entries()))
                .toList();
        Poll.ask(
                home,
                members,
                tries,
                (id, micros) -> new SettleRequest(id, step, partition, epoch, store, asked, micros),
                answers -> {
                    if (!home.isClosed()) {
                        taken.accept(answers);
                    }
                });
    }

    private void voted(Map<String, SettleResponse> answers) {
        goOnWith(owners(), answers);
        long highest = epoch;
        for (SettleResponse answer : answers.values()) {
            highest = Math.max(highest, answer.epoch());
        }
        if (items.isEmpty() || highest > epoch) {
            end(0, highest);
        } else {
            clear();
        }
    }

    /** Keeps what all of these agree to. */
    private void goOnWith(List<Peer> members, Map<String, SettleResponse> answers) {
        List<Candidate> agreed = new ArrayList<>(items);
        for (Peer member : members) {
            SettleResponse answer = answers.get(member.id());
            List<Integer> places = answer == null ? List.of() : answer.agreed();
            if (places.size() < items.size()) {
                blockedBy.add(member.id());
            }
            agreed.retainAll(places.stream()
                    .filter(place -> place >= 0 && place < items.size())
                    .map(place -> items.get(place))
                    .toList());
        }
        items = agreed;
    }

    private void clear() {
        poll(Step.CLEAR, List.of(list), 1, answers -> {
            boolean isClear = answers.size() == list.length
                    && answers.values().stream()
                            .allMatch(answer -> answer.agreed().size() == items.size());
            long patience = Math.max(PATIENCE_MIN_NANOS, home.parts.lifetimeNanos());
            if (isClear || home.parts.shared().runtime().nanoTime() - startNanos >= patience) {
                cleared(answers);
            } else {
                home.later(AGAIN_NANOS, this::clear);
            }
        });
    }

    private void cleared(Map<String, SettleResponse> answers) {
        goOnWith(List.of(list), answers);
        if (items.isEmpty()) {
            end(0, epoch);
        } else {
            // A tenth more, as no two clocks run alike.
            home.later(home.parts.lifetimeNanos() + home.parts.lifetimeNanos() / 10, this::confirm);
        }
    }

    private void confirm() {
        poll(Step.CONFIRM, List.of(list), TRIES, answers -> {
            goOnWith(List.of(list), answers);
            if (items.isEmpty()) {
                end(0, epoch);
            } else {
                // Who misses it is told when it is compared with another owner.
                poll(Step.ORDER, owners(), TRIES, ordered -> end(items.size(), epoch));
            }
        });
    }

    private void end(int purged, long highest) {
        done.accept(new Ended(purged, List.copyOf(blockedBy), highest));
    }
}
