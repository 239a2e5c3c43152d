/**
 * Hash trees over the records of a partition (Dynamo §4.7): two replicas that differ find what differs without telling each
 * other what they hold. Pure.
 */
@NullMarked
package io.dynamo.core.tree;

import org.jspecify.annotations.NullMarked;
