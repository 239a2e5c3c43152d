/**
 * Who is in the cluster and who can be reached: the members, the handshake with each, and the route built from them.
 *
 * <p>Members are fixed by configuration so far; the handshake compares what all nodes must agree on. What one node knows of the
 * data directories of others it tells to all.
 */
@NullMarked
package io.dynamo.core.membership;

import org.jspecify.annotations.NullMarked;
