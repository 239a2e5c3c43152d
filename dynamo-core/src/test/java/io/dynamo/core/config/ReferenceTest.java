package io.dynamo.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.DynamoConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** To write both files anew: run this test with {@code -Ddynamo.docs.write=true}. */
final class ReferenceTest {

    private static final Path HOCON = Path.of("src/main/resources/dynamo-reference.conf");
    private static final Path MARKDOWN = Path.of("../docs/configuration.md");

    @Test
    void referenceFile_isWhatTheSchemaSays() throws IOException {
        assertSame(HOCON, ReferenceText.hocon());
    }

    @Test
    void documentation_isWhatTheSchemaSays() throws IOException {
        assertSame(MARKDOWN, ReferenceText.markdown());
    }

    @Test
    void documentation_everyKey_isInASection() {
        assertThat(ReferenceText.documented()).isEqualTo(Schema.ALL.size());
    }

    @Test
    void referenceFile_readAsConfiguration_meansTheSameAsNone() {
        ReadSettings reference = SettingsReader.read(ConfigFiles.parse(HOCON));

        assertThat(reference.problems()).isEmpty();
        assertThat(reference.node())
                .isEqualTo(SettingsReader.read(DynamoConfig.empty()).node());
    }

    private static void assertSame(Path file, String expected) throws IOException {
        if (Boolean.getBoolean("dynamo.docs.write")) {
            Files.writeString(file, expected);
        }
        assertThat(Files.readString(file))
                .as("%s; write it anew with -Ddynamo.docs.write=true", file)
                .isEqualTo(expected);
    }
}
