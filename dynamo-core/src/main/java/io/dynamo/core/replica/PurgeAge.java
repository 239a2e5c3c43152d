package io.dynamo.core.replica;

/**
 * How old what was deleted has to be before it may be removed.
 *
 * @param millis the age, by the wall clock of each owner
 * @param isNoted whether this node notes what is going to be so old; it agrees to what others purge in any case
 */
public record PurgeAge(long millis, boolean isNoted) {}
