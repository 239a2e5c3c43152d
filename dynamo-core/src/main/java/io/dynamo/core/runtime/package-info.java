/**
 * What a node runs on: the system runtime, and lanes, the serial executors that state is confined to.
 *
 * <p>{@code SystemRuntime} alone makes threads and reads clocks; everything else in core is handed a
 * {@link io.dynamo.spi.NodeRuntime}.
 */
@NullMarked
package io.dynamo.core.runtime;

import org.jspecify.annotations.NullMarked;
