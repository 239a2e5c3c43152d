package io.dynamo.core.coordinate;

import io.dynamo.api.ReplicaAnswer;
import io.dynamo.api.ReplicaAnswer.Status;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks replicas of one partition until enough have answered (Dynamo §5): send, wait for the minimum, fail if too few come
 * within the time bound, and stay a little longer for stragglers. Whoever fails, or is silent for a quarter of the time, is
 * replaced by the next of the list (§4.6: a sloppy quorum); its late answer counts all the same.
 *
 * <p>The preference list is a snapshot. If it has changed when the quorum is reached, the new owners are asked as well and
 * must give a quorum of their own before the request is answered (traps T17).
 */
abstract class QuorumRequest extends PendingRequest {

    /** Each unanswered replica is asked again this often within the timeout: frames may be lost. */
    private static final int RESENDS = 4;
    /** Waits for stragglers end at multiples of this, together, so that they do not need a timer each. */
    private static final long STRAGGLERS_END_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    final StorePolicy store;
    final int partition;
    final List<Ask> asks = new ArrayList<>(3);
    final int required;
    final int requiredPrimaries;
    private final long resendNanos;
    private final List<Route> routes = new ArrayList<>(1);
    private final Peer[] candidates;
    private final int targetCount;
    private int next;
    private long lastAskNanos;
    // What is asked now is judged when all of it is asked.
    private boolean isAsking;
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
        Candidates ordered = candidates(route.preferenceList(partition));
        this.candidates = ordered.peers();
        this.targetCount = ordered.targets();
        if (traced) {
            note("preference list " + ids(route.preferenceList(partition)) + ", asking " + ordered.targetIds());
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
    abstract Message.Request message(Ask ask);

    /** Does what the message asks on this node; ends in {@link #accepted} or {@link #refused}. */
    abstract void askSelf(Ask ask);

    /** Takes a reply; returns what it means, or null if it is no answer to this kind of request. */
    abstract @Nullable Status take(Ask ask, Message.Response response);

    /** Whether an answer counts towards the quorum, as far as that depends on itself. */
    abstract boolean counts(Ask ask);

    /** How many answers of nodes that are no owners count. */
    int countedStandIns(Peer[] list) {
        int count = 0;
        for (Ask ask : asks) {
            count += rank(list, ask.peer) >= 0 && !isPrimaryIn(list, ask) && counts(ask) ? 1 : 0;
        }
        return count;
    }

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

    /** Whom to ask, and in which order. */
    abstract Candidates candidates(Peer[] list);

    private static String ids(Peer[] peers) {
        List<String> ids = new ArrayList<>(peers.length);
        for (Peer peer : peers) {
            ids.add(peer.id());
        }
        return ids.toString();
    }

    /** Asks the first replicas. */
    final void start(int howMany) {
        isAsking = true;
        for (int i = 0; i < howMany; i++) {
            askNext();
        }
        isAsking = false;
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
        if (ask.isLost()) {
            refused(ask, "came back without its data");
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
        replace(ask);
        evaluate();
    }

    @Override
    final void onWake(long nowNanos) {
        if (nowNanos >= deadlineNanos || isAnswered) {
            giveUp();
            return;
        }
        isAsking = true;
        if (againNanos() > 0 && nowNanos - lastAskNanos >= againNanos()) {
            askAgain(nowNanos);
        }
        if (nowNanos - lastAskNanos >= hedgeNanos() && next < targetCount) {
            if (isTraced()) {
                note("hedge");
            }
            askNext();
        }
        int silent = 0;
        for (Ask ask : asks) {
            if (ask.isOpen() && nowNanos - ask.askedNanos >= resendNanos) {
                silent += ask.isOverdue ? 0 : 1;
                ask.isOverdue = true;
            }
        }
        for (int place = 0, before = asks.size(); place < before; place++) {
            Ask ask = asks.get(place);
            if (ask.isOpen() && !ask.peer.isSelf() && nowNanos - ask.askedNanos >= resendNanos) {
                ask.askedNanos = nowNanos;
                ask.peer.asked(nowNanos);
                ask.peer.send(message(ask));
            }
        }
        for (; silent > 0; silent--) {
            askNext();
        }
        isAsking = false;
        evaluate();
    }

    /** Asks somebody else as well, unless that was done when it fell silent, or nobody waits any more. */
    private void replace(Ask ask) {
        if (!ask.isOverdue && !isAnswered) {
            ask.isOverdue = true;
            askNext();
        }
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

    /** How many answers count, by the present owners. */
    final int counted() {
        Peer[] list = routes.get(routes.size() - 1).preferenceList(partition);
        return countedPrimaries(list) + countedStandIns(list);
    }

    final int countedPrimaries(Peer[] list) {
        int count = 0;
        for (Ask ask : asks) {
            count += isPrimaryIn(list, ask) && counts(ask) ? 1 : 0;
        }
        return count;
    }

    private boolean isPrimaryIn(Peer[] list, Ask ask) {
        int rank = rank(list, ask.peer);
        return ask.isPrimary && rank >= 0 && rank < store.n();
    }

    final boolean isAnswered() {
        return isAnswered;
    }

    final Peer[] candidates() {
        return candidates;
    }

    final int targetCount() {
        return targetCount;
    }

    /** What was asked of a replica; null if nothing was. */
    final @Nullable Ask askOf(Peer peer) {
        for (Ask ask : asks) {
            if (ask.peer == peer) {
                return ask;
            }
        }
        return null;
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
        while (next < candidates.length) {
            Peer peer = candidates[next++];
            if (askOf(peer) == null && ask(peer)) {
                return;
            }
        }
    }

    /** Those that were asked have answered, and that is not enough: only an owner can tell, or else whoever is left. */
    private void askMore() {
        isAsking = true;
        boolean isAsked = false;
        for (Peer peer : candidates) {
            if (isPrimary(peer) && peer.isLinked() && askOf(peer) == null) {
                isAsked |= ask(peer);
            }
        }
        if (!isAsked) {
            askNext();
        }
        isAsking = false;
    }

    private void askAgain(long nowNanos) {
        lastAskNanos = nowNanos;
        for (int place = 0, before = asks.size(); place < before; place++) {
            Ask ask = asks.get(place);
            if (!ask.isOpen() && ask.peer.isLinked() && isWorthAskingAgain(ask)) {
                ask.reopen();
                ask(ask);
            }
        }
    }

    private boolean ask(Peer peer) {
        Ask ask = new Ask(peer, isPrimary(peer));
        asks.add(ask);
        return ask(ask);
    }

    private boolean ask(Ask ask) {
        Peer peer = ask.peer;
        ask.askedNanos = home.runtime().nanoTime();
        lastAskNanos = ask.askedNanos;
        if (peer.isSelf()) {
            askSelf(ask);
            return true;
        }
        home.track(this);
        peer.asked(ask.askedNanos);
        boolean sent = peer.send(message(ask));
        if (!sent) {
            ask.close(Status.UNREACHABLE, peer.problem(), elapsedNanos());
        }
        if (isTraced()) {
            note((sent ? "asked " : "could not reach ") + peer.id());
        }
        return sent;
    }

    private void evaluate() {
        if (isAsking || isFinished) {
            return;
        }
        while (!isAnswered) {
            if (isSatisfied() && isEnough() && !askNewOwners()) {
                isAnswered = true;
                succeed();
            } else if (hasOpen()) {
                rearm();
                return;
            } else if (next < candidates.length) {
                askMore();
            } else if (againNanos() > 0) {
                rearm();
                return;
            } else {
                isAnswered = true;
                fail();
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
            Peer[] list = route.preferenceList(partition);
            int primaries = countedPrimaries(list);
            if (primaries < requiredPrimaries || primaries + countedStandIns(list) < required) {
                return false;
            }
        }
        return true;
    }

    /** Whether a quorum is all that was wanted. */
    boolean isEnough() {
        return true;
    }

    /** After how long those are asked again that have answered, if that was not enough; 0 if that is pointless. */
    long againNanos() {
        return 0;
    }

    /** Whether who has answered may know more by then. */
    boolean isWorthAskingAgain(Ask ask) {
        return true;
    }

    /** After how long a quorum is enough in any case. */
    long patienceNanos() {
        return 0;
    }

    /** Looks whether the owners changed since they were chosen; returns whether their answers have to be waited for. */
    private boolean askNewOwners() {
        Route now = home.route();
        if (now == routes.get(routes.size() - 1)) {
            return false;
        }
        routes.add(now);
        // What this node itself says at once is judged below, once, with the rest.
        isAsking = true;
        Candidates owners = candidates(now.preferenceList(partition));
        for (int i = 0; i < owners.targets(); i++) {
            if (askOf(owners.peers()[i]) == null) {
                ask(owners.peers()[i]);
            }
        }
        isAsking = false;
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

    final boolean isPrimary(Peer peer) {
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

    private void rearm() {
        // A request that asked only this node waits for its disk, and must be woken all the same.
        home.track(this);
        long now = home.runtime().nanoTime();
        long wake = deadlineNanos;
        if (isAnswered) {
            long late = now + stragglerNanos() + STRAGGLERS_END_NANOS;
            wake = Math.min(wake, late - Math.floorMod(late, STRAGGLERS_END_NANOS));
        } else {
            if (startNanos + patienceNanos() > now) {
                wake = Math.min(wake, startNanos + patienceNanos());
            }
            if (againNanos() > 0) {
                wake = Math.min(wake, Math.max(now + 1, lastAskNanos + againNanos()));
            }
            if (next < targetCount) {
                wake = Math.min(
                        wake, Math.max(now + 1, lastAskNanos + Math.min(hedgeNanos(), deadlineNanos - startNanos)));
            }
            for (Ask ask : asks) {
                if (ask.isOpen() && !(ask.peer.isSelf() && ask.isOverdue)) {
                    wake = Math.min(wake, ask.askedNanos + resendNanos);
                }
            }
        }
        wakeNanos = wake;
        home.wakeBy(wake);
    }
}
