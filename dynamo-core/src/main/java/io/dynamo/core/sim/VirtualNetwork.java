package io.dynamo.core.sim;

import io.dynamo.spi.Address;
import io.dynamo.spi.Frame;
import io.dynamo.spi.Transport;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A network that loses, doubles, delays and reorders frames as its profile and the seed say. Links can be cut, clogged (frames are
 * held, then arrive all at once) and slowed down.
 */
final class VirtualNetwork {

    private static final int SLOW_FACTOR = 50;

    private final Universe universe;
    private final Chance chance;
    private final TraceHash trace = new TraceHash();
    private final Map<Integer, VirtualTransport> listening = new TreeMap<>();
    // Links that carry nothing, as from and to, and how many faults cut them.
    private final Map<Long, Integer> cuts = new TreeMap<>();
    // Links that hold what they carry, and until when.
    private final Map<Long, Long> clogged = new TreeMap<>();
    private final Map<Integer, Integer> slowness = new TreeMap<>();
    private final Map<Long, Long> lastArrival = new TreeMap<>();
    private final int frameBytesMax;
    private long latestArrivalNanos;
    private SimulationProfile.Network profile;
    private Tap tap = (from, to, frame) -> {};
    private Loss loss = (from, to, frame) -> false;

    VirtualNetwork(Universe universe, SimulationProfile.Network profile) {
        this.universe = universe;
        this.chance = universe.chance("network");
        this.profile = profile;
        this.frameBytesMax = profile.frameBytesMax();
    }

    /** Sees every frame that is sent. */
    interface Tap {
        void sent(int fromPort, int toPort, Frame frame);
    }

    void tap(Tap newTap) {
        tap = newTap;
    }

    /** Says of a frame whether it is lost. */
    interface Loss {
        boolean loses(int fromPort, int toPort, Frame frame);
    }

    /** From now on these frames are lost as well, beside those that the profile loses. */
    void lose(Loss which) {
        loss = which;
    }

    TraceHash trace() {
        return trace;
    }

    /** From now on frames travel in another way. */
    void become(SimulationProfile.Network other) {
        profile = other;
    }

    void cut(int fromPort, int toPort) {
        cuts.merge(link(fromPort, toPort), 1, Integer::sum);
    }

    /** Undoes one {@link #cut}; a link that others have cut as well stays cut. */
    void mend(int fromPort, int toPort) {
        cuts.computeIfPresent(link(fromPort, toPort), (link, count) -> count > 1 ? count - 1 : null);
    }

    /** What is sent on a link before an instant arrives after it. */
    void clog(int fromPort, int toPort, long untilNanos) {
        clogged.merge(link(fromPort, toPort), untilNanos, Math::max);
    }

    /** When all that was sent so far will have arrived. */
    long latestArrivalNanos() {
        return latestArrivalNanos;
    }

    /** Everything to and from a node takes longer; 1 is the usual. */
    void slow(int port, int factor) {
        slowness.put(port, factor);
    }

    /** Undoes everything that was done to links. */
    void heal() {
        cuts.clear();
        clogged.clear();
        slowness.clear();
    }

    boolean isCut(int fromPort, int toPort) {
        return !cuts.isEmpty() && cuts.containsKey(link(fromPort, toPort));
    }

    Transport transport(Address address, VirtualRuntime runtime) {
        return new VirtualTransport(address, runtime);
    }

    private static long link(int fromPort, int toPort) {
        return (long) fromPort << Integer.SIZE | toPort;
    }

    private boolean send(int from, int to, Frame frame) {
        tap.sent(from, to, frame);
        VirtualTransport receiver = listening.get(to);
        if (receiver == null || isCut(from, to)) {
            // A sender may notice that nobody hears it, or not.
            return chance.happens(0.5);
        }
        int copies = chance.happens(profile.loss()) || loss.loses(from, to, frame)
                ? 0
                : chance.happens(profile.duplicates()) ? 2 : 1;
        for (int copy = 0; copy < copies; copy++) {
            Frame carried = chance.happens(profile.encoded()) ? Frame.of(frame.bytes()) : frame;
            arriveLater(from, to, carried, receiver);
        }
        // A connection may break after the frame got through, and before the sender knows.
        return !chance.happens(profile.reportedFailed());
    }

    private void arriveLater(int from, int to, Frame frame, VirtualTransport meant) {
        long delay =
                chance.between(profile.delayMin().toNanos(), profile.delayMax().toNanos());
        if (chance.happens(profile.slow())) {
            delay *= 1 + chance.below(SLOW_FACTOR);
        }
        delay *= Math.max(slowness.getOrDefault(from, 1), slowness.getOrDefault(to, 1));
        long arrival = Math.max(universe.nowNanos() + delay, clogged.getOrDefault(link(from, to), 0L));
        if (profile.inOrder()) {
            arrival = Math.max(arrival, lastArrival.getOrDefault(link(from, to), 0L));
            lastArrival.put(link(from, to), arrival);
        }
        latestArrivalNanos = Math.max(latestArrivalNanos, arrival);
        universe.at(arrival, null, () -> arrive(from, to, frame, meant));
    }

    private void arrive(int from, int to, Frame frame, VirtualTransport meant) {
        VirtualTransport receiver = listening.get(to);
        if (receiver == null || isCut(from, to)) {
            return;
        }
        // Sent to a run that has died: its successor on the same address may get it.
        if (receiver != meant && chance.happens(0.5)) {
            return;
        }
        long pausedUntil = receiver.runtime.pausedUntilNanos();
        if (pausedUntil > universe.nowNanos()) {
            universe.at(pausedUntil, null, () -> arrive(from, to, frame, receiver));
            return;
        }
        trace.delivered(universe.nowNanos(), universe.happened(), from, to, frame.bytes());
        receiver.receive(frame);
    }

    private final class VirtualTransport implements Transport {
        private final Address address;
        private final VirtualRuntime runtime;
        private @Nullable Receiver receiver;

        VirtualTransport(Address address, VirtualRuntime runtime) {
            this.address = address;
            this.runtime = runtime;
        }

        @Override
        public Address start(Receiver newReceiver) {
            receiver = newReceiver;
            if (listening.putIfAbsent(address.port(), this) != null) {
                throw new IllegalStateException("the address " + address + " is taken");
            }
            return address;
        }

        private void receive(Frame frame) {
            Receiver to = receiver;
            if (to != null && runtime.isAlive()) {
                to.receive(frame);
            }
        }

        @Override
        public boolean send(Address to, Frame frame) {
            return runtime.isAlive()
                    && frame.bytes().length <= maxFrameBytes()
                    && VirtualNetwork.this.send(address.port(), to.port(), frame);
        }

        @Override
        public int maxFrameBytes() {
            return frameBytesMax;
        }

        @Override
        public void close() {
            listening.remove(address.port(), this);
        }
    }
}
