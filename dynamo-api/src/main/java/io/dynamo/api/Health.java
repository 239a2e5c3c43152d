package io.dynamo.api;

import java.util.List;

/**
 * Whether a node can be used.
 *
 * @param node the node's id
 * @param live whether its storage and transport work; a node that is not live has to be restarted
 * @param ready whether it can reach enough nodes for the default R and W of every key
 * @param missing ids of the members it has no working link to
 * @param problem what is wrong, in words: why it is not live, or why members are missing; empty if nothing is
 */
public record Health(String node, boolean live, boolean ready, List<String> missing, String problem) {

    /**
     * Copies the lists.
     *
     * @param node see the record
     * @param live see the record
     * @param ready see the record
     * @param missing see the record
     * @param problem see the record
     */
    public Health {
        missing = List.copyOf(missing);
    }
}
