/** The node. */
@NullMarked
package io.dynamo.core;

import org.jspecify.annotations.NullMarked;
