/**
 * The node: puts the parts together, serves other nodes, and gives applications their stores.
 *
 * <p>May use every package of core. What is public here is meant for tests and for programs that bring their own runtime;
 * applications use {@code io.dynamo.api}.
 */
@NullMarked
package io.dynamo.core;

import org.jspecify.annotations.NullMarked;
