package io.dynamo.core.wire;

/**
 * Asks a node whether it is there: whether one of its lanes runs, and its disk reads. A greeting shows neither.
 *
 * @param request names the request; not among those of a coordinator
 * @param lane which of its lanes is to answer, counted round
 * @param timeoutMicros how long the asker waits, from the sending on
 */
public record ProbeRequest(long request, int lane, long timeoutMicros) implements Message.Request {}
