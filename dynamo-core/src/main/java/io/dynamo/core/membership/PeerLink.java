package io.dynamo.core.membership;

import io.dynamo.api.MemberView;
import io.dynamo.api.MemberView.State;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.wire.CutMessage;
import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.Message;
import io.dynamo.core.wire.MessageFrame;
import io.dynamo.spi.Address;
import io.dynamo.spi.Transport;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** The link to one member, and how it stands. Thread: any; the estimates may lose an update to a race, which does no harm. */
final class PeerLink implements Peer {

    /** What every frame says of its sender. */
    interface Sender {
        String id();

        long placement();

        Transport transport();
    }

    private static final byte[] NONE = {};

    /**
     * The member's run as the handshake told it.
     *
     * @param session its incarnation; 0 without a link
     * @param heard the highest number of its greetings that were heard
     */
    private record Run(long session, long heard) {
        static final Run NONE = new Run(0, 0);
    }

    private static final long OVERDUE_MIN_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final Sender sender;
    private final String id;
    private final Address address;
    private final boolean isSelf;
    private final AtomicReference<Run> run = new AtomicReference<>(Run.NONE);
    private volatile long heardNanos;
    private volatile boolean hasLetUsIn;
    // It knows another holder of this node's id, who may still be there.
    private volatile boolean isTaken;
    // Its directory is on this node's disk, or on its way there.
    private volatile boolean isRemembered;
    private byte[] directory = NONE;
    private final AtomicInteger copy = new AtomicInteger();
    // Whether that is, in this run of it, an older one than it was.
    private boolean hasGoneBack;
    // With which run of it this node has compared how far removal has come.
    private long comparedWith;
    private long answeredGreeting;
    private boolean wasAskedBack;
    private volatile String problem = "no answer to the handshake yet";
    private volatile Hello.Background background = Hello.Background.NONE;
    private volatile long smoothedNanos;
    private volatile long deviationNanos;
    private final Silence silence = new Silence();
    // Set by the failure detector, read by the lanes.
    private volatile Standing standing = Standing.unknown(0);

    PeerLink(Sender sender, String id, Address address) {
        this.sender = sender;
        this.id = id;
        this.address = address;
        this.isSelf = id.equals(sender.id());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public boolean isSelf() {
        return isSelf;
    }

    @Override
    public boolean isHeldDown() {
        return standing.isHeldDown();
    }

    @Override
    public boolean isLinked() {
        return isSelf || run().session() != 0;
    }

    private Run run() {
        return Objects.requireNonNull(run.get());
    }

    @Override
    public boolean send(Message message) {
        Run known = run();
        return known.session() != 0 && sendTo(known, message);
    }

    /** Sends without a handshake; for the handshake itself and for telling that one is needed. */
    boolean sendUnlinked(Message message) {
        return sendTo(Run.NONE, message);
    }

    private boolean sendTo(Run receiver, Message message) {
        Envelope envelope =
                new Envelope(sender.id(), receiver.session(), sender.placement(), receiver.heard(), message);
        MessageFrame frame = new MessageFrame(envelope);
        Transport transport = sender.transport();
        int frameBytesMax = transport.maxFrameBytes();
        // Without a limit nothing is encoded here, and within one process nowhere.
        if (frameBytesMax == Integer.MAX_VALUE || frame.bytes().length <= frameBytesMax) {
            return transport.send(address, frame);
        }
        return send(transport, new CutMessage(envelope, frameBytesMax));
    }

    /** In order, so that a refusal means that the last chunk was not sent, and the message cannot arrive. */
    private boolean send(Transport transport, CutMessage message) {
        for (int index = 0; index < message.count(); index++) {
            if (!transport.send(address, message.frame(index))) {
                return false;
            }
        }
        return message.count() > 0;
    }

    @Override
    public long overdueNanos() {
        return smoothedNanos == 0 ? 0 : smoothedNanos + 4 * deviationNanos + OVERDUE_MIN_NANOS;
    }

    /** Mean and mean deviation as TCP estimates them (RFC 6298). */
    @Override
    public void answered(long elapsedNanos) {
        long mean = smoothedNanos;
        if (mean == 0) {
            smoothedNanos = Math.max(1, elapsedNanos);
            deviationNanos = elapsedNanos / 2;
        } else {
            long deviation = deviationNanos;
            deviationNanos = deviation + (Math.abs(elapsedNanos - mean) - deviation) / 4;
            smoothedNanos = Math.max(1, mean + (elapsedNanos - mean) / 8);
        }
    }

    @Override
    public void asked(long nowNanos) {
        if (run().session() != 0) {
            silence.asked(nowNanos);
        }
    }

    @Override
    public void replied() {
        silence.answered();
    }

    @Override
    public void suspected() {
        if (run().session() != 0) {
            silence.suspected();
        }
    }

    Silence silence() {
        return silence;
    }

    Standing standing() {
        return standing;
    }

    void stand(Standing next) {
        standing = next;
    }

    Standing.Signs signs(long nowNanos) {
        return new Standing.Signs(
                nowNanos, isLinked(), problem(), silence.nanos(nowNanos), silence.isSuspected(), silence.hasAnswered());
    }

    /** What is shown follows a link at once, and all else at the next round; what waits for it is not known here. */
    MemberView view(long nowNanos) {
        Standing now = standing;
        boolean isLinked = isLinked();
        boolean isDecided = isLinked != (now.state() == State.UNLINKED);
        Duration since = isDecided ? Duration.ofNanos(nowNanos - now.sinceNanos()) : Duration.ZERO;
        State state = isSelf ? State.SELF : !isLinked ? State.UNLINKED : isDecided ? now.state() : State.UP;
        return new MemberView(
                id,
                state,
                isSelf ? Duration.ZERO : since,
                isLinked && !now.isHeldDown() ? "" : isLinked ? now.why() : problem,
                heardNanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nowNanos - heardNanos)),
                Duration.ofNanos(overdueNanos()),
                0,
                0);
    }

    @Override
    public String problem() {
        return isLinked() ? "" : problem;
    }

    long session() {
        return run().session();
    }

    void linked(Hello hello, long nowNanos) {
        long newSession = hello.session();
        long greeting = hello.number();
        heardNanos = nowNanos;
        boolean isOther = directory.length > 0 && !Arrays.equals(directory, hello.directory());
        boolean isOlder = hello.copy().wentBack() && !(hasGoneBack && session() == newSession);
        if (isOther || isOlder) {
            copy.incrementAndGet();
        }
        directory = hello.directory();
        hasGoneBack = hello.copy().wentBack();
        background = hello.background();
        hasLetUsIn = true;
        isTaken = false;
        Run before = run();
        boolean isNew = before.session() != newSession;
        if (isNew) {
            // Whatever an earlier run owes, this one does not.
            silence.answered();
        }
        run.set(new Run(newSession, isNew ? greeting : Math.max(before.heard(), greeting)));
    }

    /** The run we are linked to is still there. */
    void heard(Hello hello, long nowNanos) {
        long greeting = hello.number();
        heardNanos = nowNanos;
        background = hello.background();
        Run known = run();
        // One that was overtaken by a later one is no news; and a link that was lost meanwhile stays lost.
        if (known.session() != 0 && greeting > known.heard()) {
            run.compareAndSet(known, new Run(known.session(), greeting));
        }
    }

    @Override
    public int copy() {
        return copy.get();
    }

    @Override
    public Hello.Background background() {
        return isLinked() ? background : Hello.Background.NONE;
    }

    /** Confined to the control lane, as what follows. */
    boolean isCompared(long session) {
        return comparedWith == session;
    }

    void compared(long session) {
        comparedWith = session;
    }

    void remembered(boolean isOrWillBe) {
        isRemembered = isOrWillBe;
    }

    boolean isRemembered() {
        return isRemembered;
    }

    /** Whether there is a link to it on one of these directories. */
    boolean isOn(Collection<DirectoryId> directories) {
        return !isSelf && isLinked() && directory.length > 0 && directories.contains(DirectoryId.of(directory));
    }

    /** Whether it has let this run of this node in, be it that the link is lost by now. */
    boolean hasLetUsIn() {
        return hasLetUsIn;
    }

    void taken() {
        isTaken = true;
    }

    /** Whether it has refused this run of this node because another holder of the id may still be there. */
    boolean isTaken() {
        return isTaken;
    }

    /** Whether an answer is to no older greeting than one that was answered before; confined to the control lane. */
    boolean isInTurn(long greeting) {
        if (greeting < answeredGreeting) {
            return false;
        }
        answeredGreeting = greeting;
        return true;
    }

    /** Whether its greeting was answered by one of our own, and that not yet by it; from now on, or no more. */
    boolean askedBack(boolean isOrWas) {
        boolean before = wasAskedBack;
        wasAskedBack = isOrWas;
        return before;
    }

    long heardNanos() {
        return heardNanos;
    }

    void refused(String reason) {
        problem = reason;
        run.set(Run.NONE);
    }

    @Override
    public String toString() {
        return id;
    }
}
