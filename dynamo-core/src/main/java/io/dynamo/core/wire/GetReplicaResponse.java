package io.dynamo.core.wire;

import io.dynamo.core.causality.VersionSet;

/**
 * What a replica holds of a key.
 *
 * @param request names the request
 * @param set empty if it has never heard of the key
 */
public record GetReplicaResponse(long request, VersionSet set) implements Message.Response {}
