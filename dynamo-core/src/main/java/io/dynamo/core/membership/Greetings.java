package io.dynamo.core.membership;

import io.dynamo.core.wire.Hello;
import io.dynamo.core.wire.HelloResponse;
import io.dynamo.core.wire.HelloResponse.Verdict;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What this node says of itself. Thread: any, as far as what it says may be asked for. */
final class Greetings {

    private final Membership.Parts parts;
    private final List<Hello.Setting> agreed;
    private final Directories directories;
    private final OwnCopy copy;
    private final AtomicLong last = new AtomicLong();

    Greetings(Membership.Parts parts, List<Hello.Setting> agreed, Directories directories, OwnCopy copy) {
        this.parts = parts;
        this.agreed = agreed;
        this.directories = directories;
        this.copy = copy;
    }

    /** The number of the last one. */
    long last() {
        return last.get();
    }

    Hello next(boolean isLinked) {
        return new Hello(
                parts.settings().cluster().name(),
                Hello.PROTOCOL,
                parts.self().directory(),
                parts.self().session(),
                agreed,
                last.incrementAndGet(),
                copy.told(isLinked),
                directories.table().digest());
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
