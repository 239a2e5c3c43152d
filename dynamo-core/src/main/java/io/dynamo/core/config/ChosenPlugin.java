package io.dynamo.core.config;

import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.Units;
import java.util.List;

/**
 * The plug-in that the configuration names.
 *
 * @param name for example {@code rocksdb}
 * @param config its own settings, without those of other plug-ins
 * @param chosenBy the setting that names it, with value and origin, for messages
 */
public record ChosenPlugin(String name, PluginConfig config, String chosenBy) {

    /**
     * The problem that no such plug-in was found.
     *
     * @param found the names of those that were found
     * @return for {@link ReadSettings#require}
     */
    public String notFound(List<String> found) {
        return chosenBy + "; allowed: what is on the class path, which is " + String.join(", ", found)
                + "; nearest known: " + Units.nearest(name, found);
    }
}
