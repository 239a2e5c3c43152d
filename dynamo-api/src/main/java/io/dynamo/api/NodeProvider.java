package io.dynamo.api;

import java.nio.file.Path;
import java.util.Map;

/** How the api finds the one implementation of a node, {@code dynamo-core}, without depending on it. */
public interface NodeProvider {

    /**
     * Opens a node.
     *
     * @param config its settings, unchecked
     * @return the node
     */
    DynamoNode open(DynamoConfig config);

    /**
     * Opens a cluster in this JVM.
     *
     * @param nodes how many
     * @param config what they share, unchecked
     * @return the cluster
     */
    LocalCluster local(int nodes, DynamoConfig config);

    /**
     * Parses a configuration file.
     *
     * @param file HOCON, JSON or properties
     * @return settings by dotted name without the leading {@code dynamo.}, in the order of the file
     */
    Map<String, DynamoConfig.Setting> parse(Path file);

    /**
     * The provider on the class path.
     *
     * @return the provider
     * @throws IllegalStateException if there is none
     */
    static NodeProvider find() {
        return Plugins.load(NodeProvider.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no Dynamo node implementation on the class path; add the dependency io.dynamo:dynamo-core"));
    }
}
