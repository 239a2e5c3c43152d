package io.dynamo.core.coordinate;

import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.ReplicaAnswer.Status;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.Rejection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks replicas of one partition until enough have answered (Dynamo §5): send, wait for the minimum, fail if too few come
 * within the time bound, and stay a little longer for stragglers.
 *
 * <p>The preference list is a snapshot. If it has changed when the quorum is reached, the new owners are asked as well and
 * must give a quorum of their own before the request is answered (traps T17).
 */
abstract class QuorumRequest extends PendingRequest {

    /** Each unanswered replica is asked again this often within the timeout: frames may be lost. */
    private static final int RESENDS = 4;

    final StorePolicy store;
    final int partition;
    final List<Ask> asks = new ArrayList<>(3);
    final int required;
    final int requiredPrimaries;
    private final long resendNanos;
    private final List<Route> routes = new ArrayList<>(1);
    private Peer[] targets;
    private int nextTarget;
    private long lastAskNanos;
    private boolean isStarting;
    private boolean isAnswered;
    private boolean isFinished;

    QuorumRequest(Coordinator home, StorePolicy store, int partition, Needs needs, long timeoutNanos, boolean traced) {
        super(home, timeoutNanos, traced);
        this.store = store;
        this.partition = partition;
        this.required = needs.all();
        this.requiredPrimaries = needs.primaries();
        this.resendNanos = timeoutNanos / RESENDS;
        Route route = home.route();
        routes.add(route);
        this.targets = order(firstHealthy(route));
        if (traced) {
            note("preference list " + ids(route.preferenceList(partition)) + ", asking " + ids(targets));
        }
    }

    /**
     * How many answers are needed.
     *
     * @param all answers
     * @param primaries of them by primaries
     */
    record Needs(int all, int primaries) {}

    /** The message for another replica. */
    abstract Message.Request message();

    /** Does what the message asks on this node; ends in {@link #accepted} or {@link #refused}. */
    abstract void askSelf(Ask ask);

    /** Takes a reply; returns what it means, or null if it is no answer to this kind of request. */
    abstract @Nullable Status take(Ask ask, Message.Response response);

    /** Whether an answer counts towards the quorum. */
    abstract boolean counts(Ask ask);

    /** The quorum is there: answer the caller. */
    abstract void succeed();

    /** The quorum will not come, or the time is over: answer the caller. */
    abstract void fail();

    /** Every answer that was waited for is in, or given up. */
    abstract void finished();

    /** When the next replica is asked, if ever. */
    abstract long hedgeNanos();

    /** How long to wait for stragglers after the answer. */
    abstract long stragglerNanos();

    /** Puts the replicas in the order in which they are asked. */
    Peer[] order(Peer[] healthy) {
        return healthy;
    }

    static String ids(Peer[] peers) {
        List<String> ids = new ArrayList<>(peers.length);
        for (Peer peer : peers) {
            ids.add(peer.id());
        }
        return ids.toString();
    }

    /** Asks the first replicas. */
    final void start(int howMany) {
        isStarting = true;
        for (int i = 0; i < howMany; i++) {
            askNext();
        }
        isStarting = false;
        evaluate();
    }

    @Override
    final void onResponse(Peer from, Message.Response response) {
        for (Ask ask : asks) {
            if (ask.peer == from && ask.isOpen()) {
                settle(ask, response);
                break;
            }
        }
    }

    private void settle(Ask ask, Message.Response response) {
        long elapsed = home.runtime().nanoTime() - ask.askedNanos;
        if (response instanceof Rejection rejection) {
            refused(ask, rejection.reason() + " " + rejection.detail());
            return;
        }
        Status status = take(ask, response);
        if (status != null) {
            ask.peer.answered(elapsed);
            accepted(ask, status);
        }
    }

    /** A replica answered. */
    final void accepted(Ask ask, Status status) {
        ask.close(status, "", elapsedNanos());
        if (isTraced()) {
            note(ask.peer.id() + " answered " + status);
        }
        evaluate();
    }

    /** A replica said no. */
    final void refused(Ask ask, String why) {
        ask.close(Status.FAILED, why, elapsedNanos());
        if (isTraced()) {
            note(ask.peer.id() + " failed: " + why);
        }
        askNext();
        evaluate();
    }

    @Override
    final void onWake(long nowNanos) {
        if (nowNanos >= deadlineNanos || isAnswered) {
            giveUp();
            return;
        }
        if (nowNanos - lastAskNanos >= hedgeNanos() && asks.size() < targets.length) {
            if (isTraced()) {
                note("hedge");
            }
            askNext();
        }
        for (Ask ask : asks) {
            if (ask.isOpen() && !ask.peer.isSelf() && nowNanos - ask.askedNanos >= resendNanos) {
                ask.askedNanos = nowNanos;
                ask.peer.asked(nowNanos);
                ask.peer.send(message());
            }
        }
        rearm();
    }

    @Override
    final void onClose() {
        giveUp();
    }

    /** What each replica said so far; those that could not be asked included. */
    final List<ReplicaAnswer> answers() {
        long elapsed = elapsedNanos();
        List<ReplicaAnswer> answers = new ArrayList<>(asks.size());
        asks.forEach(ask -> answers.add(ask.toAnswer(elapsed)));
        return answers;
    }

    final int counted() {
        int count = 0;
        for (Ask ask : asks) {
            count += counts(ask) ? 1 : 0;
        }
        return count;
    }

    final boolean isAnswered() {
        return isAnswered;
    }

    final Peer[] targets() {
        return targets;
    }

    final int targetCount() {
        return targets.length;
    }

    private void giveUp() {
        if (!isAnswered) {
            isAnswered = true;
            fail();
        }
        finish();
    }

    private void finish() {
        if (!isFinished) {
            isFinished = true;
            home.untrack(this);
            finished();
        }
    }

    /** Asks the next replica that was not asked yet; one that cannot be reached is passed over. */
    private void askNext() {
        while (nextTarget < targets.length && !ask(targets[nextTarget++])) {
            // the next one, then
        }
    }

    private boolean ask(Peer peer) {
        Ask ask = new Ask(peer, isPrimary(peer));
        asks.add(ask);
        ask.askedNanos = home.runtime().nanoTime();
        lastAskNanos = ask.askedNanos;
        if (peer.isSelf()) {
            askSelf(ask);
            return true;
        }
        home.track(this);
        peer.asked(ask.askedNanos);
        boolean sent = peer.send(message());
        if (!sent) {
            ask.close(Status.UNREACHABLE, peer.problem(), elapsedNanos());
        }
        if (isTraced()) {
            note((sent ? "asked " : "could not reach ") + peer.id());
        }
        return sent;
    }

    private void evaluate() {
        if (isStarting || isFinished) {
            return;
        }
        if (!isAnswered) {
            if (isSatisfied() && !askNewOwners()) {
                isAnswered = true;
                succeed();
            } else if (!hasOpen() && nextTarget >= targets.length) {
                isAnswered = true;
                fail();
            } else {
                rearm();
                return;
            }
        }
        if (hasOpen() && stragglerNanos() > 0) {
            rearm();
        } else {
            finish();
        }
    }

    private boolean isSatisfied() {
        for (Route route : routes) {
            int all = 0;
            int primaries = 0;
            Peer[] list = route.preferenceList(partition);
            for (Ask ask : asks) {
                int rank = rank(list, ask.peer);
                if (rank >= 0 && counts(ask)) {
                    all++;
                    primaries += rank < store.n() ? 1 : 0;
                }
            }
            if (all < required || primaries < requiredPrimaries) {
                return false;
            }
        }
        return true;
    }

    /** Looks whether the owners changed since they were chosen; returns whether their answers have to be waited for. */
    private boolean askNewOwners() {
        Route now = home.route();
        if (now == routes.get(routes.size() - 1)) {
            return false;
        }
        routes.add(now);
        // What this node itself says at once is judged below, once, with the rest.
        isStarting = true;
        for (Peer peer : firstHealthy(now)) {
            if (asks.stream().noneMatch(ask -> ask.peer == peer)) {
                ask(peer);
            }
        }
        isStarting = false;
        return !isSatisfied();
    }

    private boolean hasOpen() {
        for (Ask ask : asks) {
            if (ask.isOpen()) {
                return true;
            }
        }
        return false;
    }

    private boolean isPrimary(Peer peer) {
        int rank = rank(routes.get(routes.size() - 1).preferenceList(partition), peer);
        return rank >= 0 && rank < store.n();
    }

    private static int rank(Peer[] list, Peer peer) {
        for (int i = 0; i < list.length; i++) {
            if (list[i] == peer) {
                return i;
            }
        }
        return -1;
    }

    /** The first N of the list that can be asked (Dynamo §4.6), those last that are held down: they may be needed all the same. */
    private Peer[] firstHealthy(Route route) {
        List<Peer> healthy = new ArrayList<>(store.n());
        for (Peer peer : route.preferenceList(partition)) {
            if (healthy.size() < store.n() && peer.isUp()) {
                healthy.add(peer);
            }
        }
        healthy.sort((a, b) -> Boolean.compare(a.isHeldDown(), b.isHeldDown()));
        return healthy.toArray(Peer[]::new);
    }

    private void rearm() {
        // A request that asked only this node waits for its disk, and must be woken all the same.
        home.track(this);
        long now = home.runtime().nanoTime();
        long next = deadlineNanos;
        if (isAnswered) {
            next = Math.min(next, now + stragglerNanos());
        } else {
            if (asks.size() < targets.length) {
                next = Math.min(
                        next, Math.max(now + 1, lastAskNanos + Math.min(hedgeNanos(), deadlineNanos - startNanos)));
            }
            for (Ask ask : asks) {
                if (ask.isOpen() && !ask.peer.isSelf()) {
                    next = Math.min(next, ask.askedNanos + resendNanos);
                }
            }
        }
        wakeNanos = next;
        home.wakeBy(next);
    }
}
