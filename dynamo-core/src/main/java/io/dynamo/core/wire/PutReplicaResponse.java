package io.dynamo.core.wire;

/**
 * What was given is merged and as durable as was asked for.
 *
 * @param request names the request
 */
public record PutReplicaResponse(long request) implements Message.Response {}
