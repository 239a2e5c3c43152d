/**
 * One state machine for each client request (Dynamo §4.5, §5): choose replicas, ask, wait for a quorum, merge, repair.
 *
 * <p>Everything here is confined to the lane of the request's key. Sees replicas through {@code replica}, other nodes
 * through {@link io.dynamo.core.coordinate.Peer}.
 */
@NullMarked
package io.dynamo.core.coordinate;

import org.jspecify.annotations.NullMarked;
