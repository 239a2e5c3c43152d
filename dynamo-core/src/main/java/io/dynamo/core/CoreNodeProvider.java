package io.dynamo.core;

import io.dynamo.api.DynamoConfig;
import io.dynamo.api.DynamoNode;
import io.dynamo.api.LocalCluster;
import io.dynamo.api.NodeProvider;
import io.dynamo.core.config.ConfigFiles;
import io.dynamo.core.config.NodeSettings;
import java.nio.file.Path;
import java.util.Map;

/** Opens nodes that run on the system's threads and clocks. */
public final class CoreNodeProvider implements NodeProvider {

    /** For {@link java.util.ServiceLoader}. */
    public CoreNodeProvider() {}

    @Override
    public DynamoNode open(DynamoConfig config) {
        return open(NodeOpener.prepareAlone(config));
    }

    static DynamoNode open(NodeOpener opener) {
        NodeSettings.Cluster cluster = opener.settings().cluster();
        EmbeddedNode node = opener.open(opener.bind(), opener.settings());
        Readiness.await(
                node, node.runtime(), cluster.readyTimeout(), cluster.members().size() - 1);
        return node;
    }

    @Override
    public LocalCluster local(int nodes, DynamoConfig config) {
        return EmbeddedCluster.open(nodes, config);
    }

    @Override
    public Map<String, DynamoConfig.Setting> parse(Path file) {
        return ConfigFiles.parse(file);
    }
}
