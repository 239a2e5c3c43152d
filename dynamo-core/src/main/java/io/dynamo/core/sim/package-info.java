/**
 * A virtual host for whole clusters: the product's own nodes on virtual time, a faulty network and disks that lose what was
 * not synced, all drawn from one seed, so that every run can be replayed.
 *
 * <p>May depend on every package of core; none depends on it. Thread: one, whichever calls {@link
 * io.dynamo.core.sim.SimulatedCluster}; nothing here starts another.
 */
@NullMarked
package io.dynamo.core.sim;

import org.jspecify.annotations.NullMarked;
