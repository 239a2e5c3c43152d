package io.dynamo.api;

import java.util.List;
import java.util.Optional;

/**
 * The answer to a get: one merged value, and what lies beneath it.
 *
 * @param <V> the value type
 */
public interface Read<V> {

    /**
     * The value, siblings already merged by the store's reconciler.
     *
     * @return empty if the key was never written or is deleted
     * @throws ConflictException if there are several values and the store has {@link Reconciler#siblings()}
     * @throws ValueException if the reconciler threw
     */
    Optional<V> value();

    /**
     * The concurrent values as they were found, before merging, in a fixed order.
     *
     * @return empty if the key was never written or is deleted
     */
    List<V> siblings();

    /**
     * What this read has seen; give it to the put or delete that follows.
     *
     * @return never {@link Context#none()}, even when nothing was found
     */
    Context context();

    /**
     * Whether this read may be older than what its session has seen, because the token, or what of it this read does not cover,
     * is older than {@code session.lifetime}.
     *
     * @return false if it is not older, or no {@link Option#session} was given
     */
    boolean sessionExpired();

    /**
     * What the request did.
     *
     * @return empty unless asked for with {@link Option#trace()}
     */
    Trace trace();
}
