/**
 * Messages between nodes and their one codec. The only package that sees protobuf.
 *
 * <p>Messages are immutable records without behaviour. Within one process they are handed over as they are; their bytes are
 * made when a transport first asks for them.
 */
@NullMarked
package io.dynamo.core.wire;

import org.jspecify.annotations.NullMarked;
