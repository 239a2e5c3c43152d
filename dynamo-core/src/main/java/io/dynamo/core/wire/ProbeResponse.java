package io.dynamo.core.wire;

/**
 * The node is there.
 *
 * @param request the probe it answers
 */
public record ProbeResponse(long request) implements Message.Response {}
