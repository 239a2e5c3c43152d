package io.dynamo.core.config;

import io.dynamo.api.ConfigException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a configuration says. The plug-ins judge their own settings while they are made; after that {@link #require}
 * gives the node's settings, or every problem at once.
 *
 * @param node the typed settings, with defaults in place of what is refused: of no use while there are problems
 * @param storage the engine that was chosen
 * @param transport the transport that was chosen
 * @param problems everything wrong outside the plug-ins' subtrees
 */
public record ReadSettings(NodeSettings node, ChosenPlugin storage, ChosenPlugin transport, List<String> problems) {

    /**
     * Copies the list.
     *
     * @param node see the record
     * @param storage see the record
     * @param transport see the record
     * @param problems see the record
     */
    public ReadSettings {
        problems = List.copyOf(problems);
    }

    /**
     * The settings, if nothing is wrong.
     *
     * @param found what plug-ins found wrong with their subtrees, or that they are missing
     * @return the settings
     * @throws ConfigException listing all problems
     */
    public NodeSettings require(List<String> found) {
        List<String> all = new ArrayList<>(problems);
        all.addAll(found);
        if (!all.isEmpty()) {
            throw new ConfigException(all);
        }
        return node;
    }
}
