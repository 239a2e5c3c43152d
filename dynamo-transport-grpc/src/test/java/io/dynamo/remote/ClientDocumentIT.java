package io.dynamo.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.Read;
import io.dynamo.api.Reconciler;
import io.dynamo.api.Store;
import io.dynamo.api.cart.AddWinsCart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The snippet and the table of docs/client.md. */
class ClientDocumentIT {

    private static final Path DOCUMENT = Path.of("..", "docs", "client.md");
    private static final Path SETTINGS =
            Path.of("src", "main", "java", "io", "dynamo", "remote", "ClientSettings.java");
    private static final Reconciler<AddWinsCart> MERGE = AddWinsCart::merge;

    private final List<Object> printed = new ArrayList<>();

    private void print(Object text) {
        printed.add(text);
    }

    @Test
    void snippet_isThisOne_andRuns() throws IOException {
        try (Clusters nodes = Clusters.open(2)) {
            snippet(nodes.seed("a"), nodes.seed("b"));
        }
        assertThat(printed).hasToString("[{book=1}]");
        String own =
                Files.readString(Path.of("src", "test", "java", "io", "dynamo", "remote", "ClientDocumentIT.java"));
        String documented = between(Files.readString(DOCUMENT), "```java\n", "```")
                .replace("\"127.0.0.1:7101\", \"127.0.0.1:7102\"", "a, b");
        assertThat(own.replaceAll("\\s+", "")).contains(documented.replaceAll("\\s+", ""));
    }

    private void snippet(String a, String b) {
        try (DynamoClient client = DynamoClient.connect(a, b)) {
            Store<AddWinsCart> carts = client.store("carts", AddWinsCart.CODEC, MERGE);
            carts.update(
                    "alice", old -> Optional.of(old.orElse(AddWinsCart.EMPTY).add("book", 1)));
            Read<AddWinsCart> read = carts.get("alice");
            print(read.value().orElseThrow().items());
        }
    }

    @Test
    void table_hasEverySetting() throws IOException {
        Matcher read = Pattern.compile("(?:client\\.(?:text|bytes|number)\\(|duration\\(client, )\"([a-z.-]+[a-z])\"")
                .matcher(Files.readString(SETTINGS));
        List<String> settings = new ArrayList<>();
        while (read.find()) {
            settings.add(read.group(1));
        }
        Matcher row = Pattern.compile("\\| `client\\.([a-z.-]+)` \\|").matcher(Files.readString(DOCUMENT));
        List<String> rows = new ArrayList<>();
        while (row.find()) {
            rows.add(row.group(1));
        }
        assertThat(rows).hasSize(9).containsExactlyInAnyOrderElementsOf(settings);
    }

    private static String between(String text, String start, String end) {
        int from = text.indexOf(start) + start.length();
        return text.substring(from, text.indexOf(end, from));
    }
}
