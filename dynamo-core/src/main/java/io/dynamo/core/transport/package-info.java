/**
 * The transport within one process: many nodes, and many clusters, in one JVM or in one simulation.
 *
 * <p>Depends on the SPI and the JDK. No thread of its own: deliveries run on the receiver's runtime.
 */
@NullMarked
package io.dynamo.core.transport;

import org.jspecify.annotations.NullMarked;
