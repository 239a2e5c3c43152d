/** Messages and their codec; the only package that sees protobuf. */
@NullMarked
package io.dynamo.core.wire;

import org.jspecify.annotations.NullMarked;
