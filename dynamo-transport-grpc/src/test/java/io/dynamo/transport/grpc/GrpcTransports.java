package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.DynamoConfig.Setting;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.TransportProvider.Identity;
import java.util.LinkedHashMap;
import java.util.Map;

/** Transports for tests, from settings as text. */
final class GrpcTransports {

    private GrpcTransports() {}

    static GrpcTransport open(String cluster, String node, String... keysAndValues) {
        return new GrpcTransport(settings(keysAndValues), new Identity(cluster, node));
    }

    /** Settings on a free port, unless they say another. */
    static GrpcSettings settings(String... keysAndValues) {
        PluginConfig config = config(keysAndValues);
        GrpcSettings settings = GrpcSettings.read(config);
        assertThat(config.problems()).isEmpty();
        return settings;
    }

    static PluginConfig config(String... keysAndValues) {
        Map<String, Setting> settings = new LinkedHashMap<>();
        settings.put("port", new Setting("0", "test"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], new Setting(keysAndValues[i + 1], "test"));
        }
        return new PluginConfig("transport.grpc", settings);
    }
}
