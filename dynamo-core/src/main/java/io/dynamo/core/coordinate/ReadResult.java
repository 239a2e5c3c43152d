package io.dynamo.core.coordinate;

import io.dynamo.api.Trace;
import io.dynamo.core.causality.VersionSet;

/**
 * What a read found.
 *
 * @param set everything the answers know together
 * @param trace what happened, if asked for
 */
public record ReadResult(VersionSet set, Trace trace) {}
