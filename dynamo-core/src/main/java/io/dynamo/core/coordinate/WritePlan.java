package io.dynamo.core.coordinate;

/**
 * What a write asks for.
 *
 * @param w acknowledgements
 * @param pw of them by primaries
 * @param durable of them synced
 * @param timeoutNanos of the whole request
 * @param trace whether to record what happens
 */
public record WritePlan(int w, int pw, int durable, long timeoutNanos, boolean trace) {}
