package io.dynamo.core.membership;

import io.dynamo.api.MemberView.State;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds members down that do not answer (Dynamo §4.8.3): a local notion, from this node's own requests and from probes, told
 * to nobody. It orders, it never forbids: whoever is held down is asked last.
 *
 * <p>Thread: one round at a time; the count from any.
 */
final class FailureDetector {

    private static final Logger LOG = LoggerFactory.getLogger(FailureDetector.class);
    private static final long FLAPPING_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int FLAPPING = 3;

    private final String self;
    private final Standing.Patience patience;
    private final Consumer<PeerLink> prober;
    private final AtomicLong holds = new AtomicLong();
    // When each member was held down lately.
    private final Map<String, Deque<Long>> lately = new TreeMap<>();

    FailureDetector(String self, Standing.Patience patience, Consumer<PeerLink> prober) {
        this.self = self;
        this.patience = patience;
        this.prober = prober;
    }

    /** One round over all members. */
    void judge(Collection<PeerLink> links, long nowNanos) {
        for (PeerLink link : links) {
            if (!link.isSelf()) {
                judge(link, nowNanos);
            }
        }
    }

    /** This node did not run for a while: what it did not hear says nothing about others (traps T29). */
    void overslept(Collection<PeerLink> links, long nowNanos) {
        for (PeerLink link : links) {
            link.silence().forgive(nowNanos);
        }
    }

    /** How often any member was held down. */
    long holds() {
        return holds.get();
    }

    private void judge(PeerLink link, long nowNanos) {
        Standing before = link.standing();
        Standing next = before.next(link.signs(nowNanos), patience);
        if (next == before) {
            return;
        }
        if (next.state() == State.HELD_DOWN && before.state() == State.UP) {
            link.silence().listen();
            holds.incrementAndGet();
        }
        link.stand(next);
        if (next.state() != before.state()) {
            tell(link, before, next, nowNanos);
        }
        if (next.probes() > before.probes()) {
            prober.accept(link);
        }
    }

    private void tell(PeerLink link, Standing before, Standing next, long nowNanos) {
        if (before.state() == State.UP && next.state() == State.HELD_DOWN) {
            LOG.info("node {}: {} is asked last: {}", self, link.id(), next.why());
            warnOfFlapping(link, nowNanos);
        } else if (before.isHeldDown() && next.state() == State.UP) {
            LOG.info("node {}: {} answers again", self, link.id());
        }
    }

    private void warnOfFlapping(PeerLink link, long nowNanos) {
        Deque<Long> times = lately.computeIfAbsent(link.id(), id -> new ArrayDeque<>());
        times.removeIf(time -> nowNanos - time > FLAPPING_NANOS);
        times.add(nowNanos);
        if (times.size() >= FLAPPING) {
            times.clear();
            LOG.warn(
                    "node {}: {} fell silent {} times within a minute and came back each time",
                    self,
                    link.id(),
                    FLAPPING);
        }
    }
}
