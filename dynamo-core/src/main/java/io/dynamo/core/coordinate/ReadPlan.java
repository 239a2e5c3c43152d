package io.dynamo.core.coordinate;

/**
 * What a read asks for.
 *
 * @param r answers
 * @param pr of them by primaries
 * @param askAll whether all N are asked at once
 * @param timeoutNanos of the whole request
 * @param trace whether to record what happens
 */
public record ReadPlan(int r, int pr, boolean askAll, long timeoutNanos, boolean trace) {}
