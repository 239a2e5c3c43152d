package io.dynamo.core.membership;

import io.dynamo.core.wire.Envelope;
import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.HelloResponse;
import io.dynamo.core.wire.HelloResponse.Verdict;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** What this node says of itself to the others, each time with a number of its own. Thread: any, as far as what it says may be asked for. */
final class Greetings {

    private final Membership.Parts parts;
    private final List<Hello.Setting> agreed;
    private final Directories directories;
    private final OwnCopy copy;
    private final AtomicLong numbers = new AtomicLong();
    private final GreetingTimes times;
    private volatile Supplier<Hello.Background> background = () -> Hello.Background.NONE;

    Greetings(Membership.Parts parts, List<Hello.Setting> agreed, Directories directories, OwnCopy copy) {
        this.parts = parts;
        this.agreed = agreed;
        this.directories = directories;
        this.copy = copy;
        this.times =
                new GreetingTimes(parts.settings().requests().messageLifetime().toNanos());
        round();
    }

    /** From now on it says this of its work in the background. */
    void tell(Supplier<Hello.Background> told) {
        background = told;
    }

    /** Another round begins: whoever has heard the next number has heard this node by now. */
    void round() {
        times.note(numbers.get() + 1, parts.runtime().nanoTime());
    }

    /** Whether a frame may have been under way for longer than {@code message.lifetime}, by what its sender had heard. */
    boolean isTooOld(Envelope envelope) {
        return times.isTooOld(envelope.heard(), parts.runtime().nanoTime());
    }

    Hello next(boolean isLinked) {
        return new Hello(
                parts.settings().cluster().name(),
                Hello.PROTOCOL,
                parts.self().directory(),
                parts.self().session(),
                agreed,
                numbers.incrementAndGet(),
                copy.told(isLinked),
                directories.table().digest(),
                background.get());
    }

    /**
     * Answers a greeting that may be older than what is known of its sender: the answer to one of ours is not. Who was asked
     * back already may have to ask back itself, and one of both has to answer.
     */
    void askBack(PeerLink link, Hello hello) {
        if (link.askedBack(true)) {
            String why = "its data directory is new to " + parts.settings().nodeId() + ", which asks it back";
            link.sendUnlinked(new HelloResponse(Verdict.refused(why), next(false), hello.session(), hello.number()));
        } else {
            link.sendUnlinked(next(false));
        }
    }
}
