/**
 * Anti-entropy (Dynamo §4.7): owners of a partition compare their hash trees, find what differs, and give each other what is
 * missing. Confined to lanes.
 */
@NullMarked
package io.dynamo.core.repair;

import org.jspecify.annotations.NullMarked;
