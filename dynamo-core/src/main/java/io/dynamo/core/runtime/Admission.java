package io.dynamo.core.runtime;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The door of a node: counts the operations that are under way and lets no more in than are allowed, so that whatever they
 * queue up further in is bounded too.
 *
 * <p>Thread: any.
 */
public final class Admission {

    /** When it is worth trying again. */
    public static final Duration RETRY_AFTER = Duration.ofMillis(100);

    private final int operationsMax;
    private final Runnable shed;
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * Nobody is in.
     *
     * @param operationsMax how many may be under way
     * @param shed told of each that was not let in
     */
    public Admission(int operationsMax, Runnable shed) {
        this.operationsMax = operationsMax;
        this.shed = shed;
    }

    /**
     * Lets an operation in, if there is room. {@link #leave} must follow.
     *
     * @return false if it must not begin
     */
    public boolean enter() {
        int now = underWay.get();
        // Counting first and taking back would turn others away while there is room.
        while (now < operationsMax) {
            if (underWay.compareAndSet(now, now + 1)) {
                return true;
            }
            now = underWay.get();
        }
        shed.run();
        return false;
    }

    /** An operation has ended. */
    public void leave() {
        underWay.decrementAndGet();
    }

    /**
     * Counts work whose caller has left, for as long as it goes on, also above the limit: a caller that comes again and
     * again must not pile it up.
     *
     * @param work what was left behind
     */
    public void keepUntil(CompletionStage<?> work) {
        underWay.incrementAndGet();
        var unused = work.whenComplete((done, failure) -> leave());
    }

    /**
     * How many operations are under way.
     *
     * @return the number
     */
    public int underWay() {
        return underWay.get();
    }

    /**
     * What somebody is told who was not let in.
     *
     * @return which limit was reached
     */
    public String refusal() {
        return operationsMax + " operations are under way on this node already (limits.in-flight)";
    }
}
