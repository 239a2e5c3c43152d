package io.dynamo.core.wire;

/**
 * A message on its way.
 *
 * @param from the sender's node id
 * @param session which run of the receiver it is meant for; 0 before the handshake
 * @param placement digest of the sender's placement
 * @param message what is said
 */
public record Envelope(String from, long session, long placement, Message message) {}
