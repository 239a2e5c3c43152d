package io.dynamo.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.ConfigException;
import io.dynamo.api.DynamoConfig;
import io.dynamo.spi.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientSettingsTest {

    @Test
    void settings_notGiven_haveTheirDefaults() {
        ClientSettings settings = ClientSettings.read(DynamoConfig.of(Map.of("client.seeds", "one:1, two:65535")));
        assertThat(settings.seeds()).containsExactly(new Address("one", 1), new Address("two", 65_535));
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.refresh()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.tls().enabled()).isFalse();
    }

    @Test
    void seeds_mayBeAListOfAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("client.conf"), "dynamo.client { seeds = [\"one:1\", \"two:2\"], timeout = 300ms }");
        ClientSettings settings = ClientSettings.read(DynamoConfig.load(file));
        assertThat(settings.seeds()).containsExactly(new Address("one", 1), new Address("two", 2));
        assertThat(settings.timeout()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void settings_thatMakeNoSense_areRefusedTogether() {
        assertThatThrownBy(() -> ClientSettings.read(DynamoConfig.of(Map.of(
                        "client.seeds",
                        "one:0",
                        "client.timeout",
                        "soon",
                        "client.tls.cert",
                        "a.pem",
                        "client.sedes",
                        "x",
                        "quorum.n",
                        "3"))))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(String.join("\n", e.problems()))
                                .contains("client.seeds = one:0")
                                .contains("client.timeout = soon")
                                .contains("client.tls.cert = a.pem")
                                .contains("client.sedes = x (map): unknown key; nearest known: client.seeds")
                                .contains("quorum.n (map): no setting of a client"));
        assertThatThrownBy(() -> ClientSettings.read(DynamoConfig.of(
                        Map.of("client.seeds", "one:1", "client.refresh", "500us", "client.max-response", "1GiB"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("client.refresh = 500us")
                .hasMessageContaining("client.max-response = 1GiB");
        assertThatThrownBy(() -> ClientSettings.read(DynamoConfig.empty()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("client.seeds is required");
    }
}
