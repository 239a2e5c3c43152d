/**
 * Judges what clients saw of a cluster: a history of writes and reads, and the invariants it must keep. Pure: sees nothing
 * of a node, so that the same checker serves simulated clusters and real processes.
 *
 * <p>May depend on java.base only. Thread: one.
 */
@NullMarked
package io.dynamo.core.check;

import org.jspecify.annotations.NullMarked;
