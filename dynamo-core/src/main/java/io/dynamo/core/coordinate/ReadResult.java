package io.dynamo.core.coordinate;

import io.dynamo.api.Trace;
import io.dynamo.core.causality.VersionSet;
import java.util.List;

/**
 * What a read found.
 *
 * @param set everything the answers know together
 * @param answered the nodes whose answers are in it
 * @param trace what happened, if asked for
 * @param sessionExpired whether it may be older than its session, where that is too old to be kept
 */
public record ReadResult(VersionSet set, List<String> answered, Trace trace, boolean sessionExpired) {}
