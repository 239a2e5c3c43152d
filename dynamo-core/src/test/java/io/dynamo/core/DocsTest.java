package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the documents point to is there. */
class DocsTest {
    private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]\\[]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    // A type, or a member of it: `VersionSet`, `VersionSetTest#merge_isCommutative`.
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:#(\\w+))?`");

    private final Repository repository = Repository.find();

    @Test
    void link_inAnyDocument_pointsToAFileThatIsThere() {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            String text = CODE.matcher(FENCE.matcher(Repository.read(document)).replaceAll(""))
                    .replaceAll("");
            for (MatchResult link : LINK.matcher(text).results().toList()) {
                links++;
                if (!leadsSomewhere(document, link.group(1))) {
                    broken.add(repository.name(document) + ": " + link.group(1));
                }
            }
        }
        assertThat(links).as("links read").isGreaterThan(20);
        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"docs/paper.md, 100", "docs/reliability.md, 15", "docs/versions.md, 70"})
    void document_everyClassAndTestItNames_isInTheSources(String document, int namesMin) {
        Map<String, List<Path>> sources = sourcesByName();
        List<String> missing = new ArrayList<>();
        int names = 0;
        for (MatchResult name :
                NAMED.matcher(Repository.read(document(document))).results().toList()) {
            names++;
            List<Path> files = sources.getOrDefault(name.group(1), List.of());
            if (files.stream().noneMatch(file -> has(file, name.group(2)))) {
                missing.add(name.group());
            }
        }
        assertThat(names).as("names read").isGreaterThanOrEqualTo(namesMin);
        assertThat(missing).isEmpty();
    }

    private Map<String, List<Path>> sourcesByName() {
        Map<String, List<Path>> sources = new TreeMap<>();
        for (Path file : repository.files()) {
            String name = file.getFileName().toString();
            if (name.endsWith(".java")) {
                sources.computeIfAbsent(name.substring(0, name.length() - 5), ignored -> new ArrayList<>())
                        .add(file);
            }
        }
        return sources;
    }

    @Test
    void testCommand_ofTheReadme_isWhatCiRuns() {
        List<String> ci = Repository.read(document(".ci/run")).lines().toList();
        String command = ci.get(ci.size() - 1).replace("exec ", "");

        assertThat(Repository.read(document("README.md"))).contains("```sh\n" + command + "\n```");
    }

    @Test
    void paper_everyRow_isThere() {
        String paper = Repository.read(document("docs/paper.md"));
        for (int row = 1; row <= 65; row++) {
            assertThat(paper).contains(String.format(Locale.ROOT, "| P%02d |", row));
        }
    }

    private static boolean has(Path source, String member) {
        return member == null
                || Pattern.compile("\\b" + member + "\\(")
                        .matcher(Repository.read(source))
                        .find();
    }

    private static boolean leadsSomewhere(Path document, String target) {
        if (target.matches("[a-z]+:.*")) {
            return true;
        }
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? document : document.resolveSibling(path).normalize();
        return Files.exists(file) && (hash < 0 || hasHeading(file, target.substring(hash + 1)));
    }

    /** Anchors as hosts of Markdown make them: lower case, dashes for blanks, no other signs. */
    private static boolean hasHeading(Path file, String anchor) {
        return HEADING.matcher(Repository.read(file))
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", ""))
                .anyMatch(heading -> heading.replace(' ', '-').equals(anchor));
    }

    private List<Path> documents() {
        return repository.files().stream()
                .filter(file -> file.toString().endsWith(".md"))
                .toList();
    }

    private Path document(String name) {
        return repository.files().stream()
                .filter(file -> repository.name(file).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is missing"));
    }
}
