/**
 * One node's copy of the data: read, merge and write of one key, through an overlay of what is not yet durable and a cache
 * of what is.
 *
 * <p>Everything here is confined to a lane unless it says otherwise.
 */
@NullMarked
package io.dynamo.core.replica;

import org.jspecify.annotations.NullMarked;
