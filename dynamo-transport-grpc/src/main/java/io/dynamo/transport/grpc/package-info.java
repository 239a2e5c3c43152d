/**
 * A transport on gRPC: one long-lived stream from each node to each peer it sends to.
 *
 * <p>Depends on the SPI, gRPC and protobuf; knows nothing of the core or of its messages. Threads: the event loops of the
 * node ({@code dynamo-grpc-NODE-…}, one by default), which also call the receiver; a second one only where names must be
 * looked up or certificate files be read again.
 */
@NullMarked
package io.dynamo.transport.grpc;

import org.jspecify.annotations.NullMarked;
