/**
 * Removal of deleted records by proof (traps T12): the first owner of a partition asks the owners, then all members, then waits,
 * and only then orders it. Confined to lanes.
 */
@NullMarked
package io.dynamo.core.purge;

import org.jspecify.annotations.NullMarked;
