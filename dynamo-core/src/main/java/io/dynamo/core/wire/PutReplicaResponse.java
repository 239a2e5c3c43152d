package io.dynamo.core.wire;

/**
 * What was given is merged and as durable as was asked for.
 *
 * @param request names the request
 * @param mayDrop whether its sender is on an older copy of its data directory, and may drop it again if it is as old as what was
 *     removed elsewhere since: whoever has handed it over keeps it
 */
public record PutReplicaResponse(long request, boolean mayDrop) implements Message.Response {}
