package io.dynamo.core.wire;

import java.util.List;

/**
 * Introduces a node to another.
 *
 * @param cluster name of its cluster
 * @param protocol version of the messages it speaks
 * @param directory identity of its data directory
 * @param session names this run of the node
 * @param settings what all nodes must agree on
 * @param number counts the greetings of this run, so that an answer to an older one can be told
 * @param startedMillis when its present incarnation started: earlier ones of this directory are over; 0 if it does not say
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record Hello(
        String cluster,
        int protocol,
        byte[] directory,
        long session,
        List<Setting> settings,
        long number,
        long startedMillis)
        implements Message {

    /** The version of the messages that this code speaks. */
    public static final int PROTOCOL = 4;

    /**
     * One setting that all nodes must agree on.
     *
     * @param name its name in the configuration
     * @param value its value
     */
    public record Setting(String name, String value) {}
}
