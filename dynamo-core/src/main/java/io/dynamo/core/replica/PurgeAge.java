package io.dynamo.core.replica;

/**
 * How old what was deleted has to be before it may be removed, and for how long a run has to be over before its entries may be
 * forgotten.
 *
 * @param millis the age, by the wall clock of each owner
 * @param isNoted whether this node notes what is going to be so old; it agrees to what others purge in any case
 * @param entries how many entries of runs that are over a record must have to be noted; 0 for none ever
 */
public record PurgeAge(long millis, boolean isNoted, int entries) {}
