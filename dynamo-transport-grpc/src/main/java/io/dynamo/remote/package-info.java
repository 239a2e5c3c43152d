/**
 * The public gRPC service ({@code dynamo.v1}), on the side of a node and on that of its clients: {@link
 * io.dynamo.remote.DynamoClient} for applications that keep no node of their own.
 */
@NullMarked
package io.dynamo.remote;

import org.jspecify.annotations.NullMarked;
