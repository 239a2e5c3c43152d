package io.dynamo.core.wire;

/**
 * A message on its way.
 *
 * <p>Its sender has heard a greeting of the receiver, who knows when it sent that: so old the frame may be, at most, whatever
 * clocks, networks and pauses have done to it.
 *
 * @param from the sender's node id
 * @param session which run of the receiver it is meant for; 0 before the handshake
 * @param placement digest of the sender's placement
 * @param heard the number of the receiver's latest greeting that the sender had heard when it made this; 0 if none
 * @param message what is said
 */
public record Envelope(String from, long session, long placement, long heard, Message message) {

    /**
     * A message of somebody who has heard nothing of the receiver.
     *
     * @param from see the record
     * @param session see the record
     * @param placement see the record
     * @param message see the record
     */
    public Envelope(String from, long session, long placement, Message message) {
        this(from, session, placement, 0, message);
    }
}
