package io.dynamo.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.dynamo.api.DynamoConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each thing that is refused, with its text: file, line, value, what is allowed. */
final class RefusedSettingsTest {

    private static final String THREE =
            "node.id = a, cluster.members = [{ id = a, port = 1 }, { id = b, port = 2 }, { id = c, port = 3 }]";

    @TempDir
    Path directory;

    static Stream<Arguments> refused() throws IOException {
        try (InputStream in = RefusedSettingsTest.class.getResourceAsStream("refused-settings.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("\n## ")).skip(1).map(block -> {
                int name = block.indexOf('\n');
                int problem = block.indexOf("\n=> ");
                return arguments(
                        block.substring(0, name),
                        block.substring(name + 1, problem).replace("THREE", THREE),
                        block.substring(problem + 4).trim());
            });
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void read_refusedSetting_isTheOneProblem(String name, String dynamo, String problem) throws IOException {
        assertThat(problems(dynamo)).as(name).containsExactly(problem);
    }

    @Test
    void read_manyProblems_areListedAtOnce() throws IOException {
        List<String> problems = problems("""
                quorom.n = 3
                request.timeout = soon
                quorum { n = 2, r = 3 }
                stores.carts { mode = lwww, w = 0 }
                limits.key = 1GiB
                """);

        assertThat(problems)
                .extracting(problem ->
                        problem.substring(0, problem.indexOf(" =")) + problem.replaceAll("(?s).*F: (\\d+)\\).*", "@$1"))
                .containsExactlyInAnyOrder(
                        "quorom.n@2",
                        "request.timeout@3",
                        "quorum.n@4",
                        "quorum.r@4",
                        "stores.carts.mode@5",
                        "stores.carts.w@5",
                        "limits.key@6");
    }

    @Test
    void read_systemPropertyLaidOver_showsAsItsOrigin() {
        System.setProperty("dynamo.quorum.r", "7");
        try {
            DynamoConfig config = DynamoConfig.of(Map.of("quorum.r", "1")).withSystemProperties();

            assertThat(SettingsReader.read(config).problems())
                    .contains("quorum.r = 7 (-Ddynamo.quorum.r); allowed: at most quorum.n = 1 (default)");
        } finally {
            System.clearProperty("dynamo.quorum.r");
        }
    }

    @Test
    void read_everyDefaultOfTheSchema_isAllowed() {
        assertThat(Schema.ALL)
                .filteredOn(key -> !key.computed())
                .allSatisfy(key -> assertThat(key.kind().parse(key.otherwise())).isNotNull());
        assertThat(Schema.ALL).extracting(Key::name).doesNotHaveDuplicates();
        assertThat(Schema.ALL).extracting(Key::meaning).allMatch(meaning -> meaning.endsWith("."));
    }

    private List<String> problems(String dynamo) throws IOException {
        Path file = Files.writeString(directory.resolve("dynamo.conf"), "dynamo {\n" + dynamo + "\n}\n");
        return SettingsReader.read(ConfigFiles.parse(file)).problems().stream()
                .map(problem -> problem.replace(file.toString(), "F"))
                .toList();
    }
}
