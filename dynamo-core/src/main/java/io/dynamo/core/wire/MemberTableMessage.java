package io.dynamo.core.wire;

/**
 * What a node knows of the data directories of all members. It is sent without a link, as that may be what is in question.
 *
 * @param table its bytes; their codec is membership's own, as the same bytes lie on disk
 * @param isAnswer whether it answers such a message; then it is not answered itself
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record MemberTableMessage(byte[] table, boolean isAnswer) implements Message {}
