package io.dynamo.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Plugins;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.Transport;
import io.dynamo.spi.TransportProvider;
import io.dynamo.spi.TransportProvider.Identity;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrpcSettingsTest {

    @Test
    void provider_isFoundByItsName() {
        TransportProvider provider = Plugins.load(TransportProvider.class)
                .filter(found -> found.name().equals("grpc"))
                .findFirst()
                .orElseThrow();
        PluginConfig config = GrpcTransports.config("max-frame", "1MiB");
        try (Transport transport = provider.create(config, new Identity("red", "a"))) {
            assertThat(config.problems()).isEmpty();
            assertThat(transport.maxFrameBytes()).isEqualTo(1 << 20);
            assertThat(transport.queueBytesMax()).isEqualTo(16 << 20);
        }
    }

    @Test
    void settings_notGiven_haveTheirDefaults() {
        PluginConfig config = new PluginConfig("transport.grpc", Map.of());
        GrpcSettings settings = GrpcSettings.read(config);
        assertThat(config.problems()).isEmpty();
        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.bind()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(7101);
        assertThat(settings.maxFrameBytes()).isEqualTo(8 << 20);
        assertThat(settings.queueBytesMax()).isEqualTo(16 << 20);
        assertThat(settings.tls().enabled()).isFalse();
    }

    @Test
    void settings_thatMakeNoSense_areRefusedTogether() {
        PluginConfig config = GrpcTransports.config(
                "tls.cert",
                "a.pem",
                "max-frame",
                "1GiB",
                "pot",
                "1",
                "io-threads",
                "0",
                "keepalive",
                "2s",
                "reconnect-min",
                "2s");
        GrpcSettings.read(config);
        assertThat(String.join("\n", config.problems()))
                .contains("transport.grpc.tls.key (not set; transport.grpc.tls is given at test)")
                .contains("transport.grpc.tls.trust (not set; transport.grpc.tls is given at test)")
                .contains("transport.grpc.max-frame = 1GiB")
                .contains("transport.grpc.io-threads = 0")
                .contains("transport.grpc.keepalive = 2s")
                .contains(
                        "transport.grpc.reconnect-min = 2s (test); allowed: at most transport.grpc.reconnect-max, which"
                                + " is 1000ms")
                .contains("transport.grpc.pot = 1 (test): unknown key; nearest known: transport.grpc.port");
    }
}
