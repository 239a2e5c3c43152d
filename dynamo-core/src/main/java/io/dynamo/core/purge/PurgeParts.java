package io.dynamo.core.purge;

import io.dynamo.core.coordinate.CoordinatorParts;

/**
 * What the purging of all lanes of a node shares.
 *
 * @param shared what coordinators share as well
 * @param everyNanos how often a partition is looked at; 0 for never
 * @param lifetimeNanos how long a message may be under way
 */
public record PurgeParts(CoordinatorParts shared, long everyNanos, long lifetimeNanos) {}
