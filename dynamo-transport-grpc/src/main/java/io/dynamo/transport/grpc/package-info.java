/** A transport on gRPC. */
@NullMarked
package io.dynamo.transport.grpc;

import org.jspecify.annotations.NullMarked;
