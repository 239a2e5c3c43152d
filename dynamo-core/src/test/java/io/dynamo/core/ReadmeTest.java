package io.dynamo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of README.md, as a reader would use them: statements, with the files beside them that the page shows. */
class ReadmeTest {
    private static final Pattern SNIPPET =
            Pattern.compile("<!-- snippet: ([a-z-]+) -->\\R```java\\R(.*?)\\R```", Pattern.DOTALL);
    private static final Pattern FILE =
            Pattern.compile("<!-- file: ([a-z.-]+) -->\\R```[a-z]+\\R(.*?)\\R```", Pattern.DOTALL);
    private static final Pattern IMPORT = Pattern.compile("(?m)^import [^;]+;$");

    @TempDir
    private Path directory;

    @Test
    void readme_everySnippet_compilesAndRuns() throws Exception {
        String readme = readme();
        for (Map.Entry<String, String> file : blocks(FILE, readme).entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), file.getValue());
        }
        Map<String, String> snippets = blocks(SNIPPET, readme);

        assertThat(snippets).containsOnlyKeys("embed", "cluster");
        TreeSet<String> imports = new TreeSet<>();
        snippets.values().forEach(text -> IMPORT.matcher(text).results().forEach(found -> imports.add(found.group())));
        int number = 0;
        for (Map.Entry<String, String> snippet : snippets.entrySet()) {
            run("Snippet" + number++, imports, snippet.getValue());
        }
    }

    @Test
    void snippet_thatDoesNotCompile_isToldWithTheMessageOfTheCompiler() {
        assertThatThrownBy(() -> run("Wrong", new TreeSet<>(), "int i = nothing;"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("cannot find symbol");
    }

    @Test
    void snippet_thatFails_failsTheTest() {
        assertThatThrownBy(() -> run("Failing", new TreeSet<>(), "Integer.parseInt(\"one\");"))
                .isInstanceOf(NumberFormatException.class);
    }

    private static Map<String, String> blocks(Pattern kind, String readme) {
        Map<String, String> blocks = new LinkedHashMap<>();
        Matcher block = kind.matcher(readme);
        while (block.find()) {
            blocks.put(block.group(1), block.group(2));
        }
        return blocks;
    }

    private void run(String name, TreeSet<String> imports, String statements) throws Exception {
        // The one thing a test cannot do is to change the directory of its process.
        String body = IMPORT.matcher(statements)
                .replaceAll("")
                .replace("Path.of(\"", "Path.of(\"" + directory.toString().replace('\\', '/') + "/");
        String source = String.join("\n", imports) + "\npublic final class " + name
                + " {\n  public static void run() throws Exception {\n" + body + "\n  }\n}\n";
        Path classes = compile(name, source);
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            loader.loadClass(name).getMethod("run").invoke(null);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private Path compile(String name, String source) throws IOException {
        Path file = directory.resolve(name + ".java");
        Files.writeString(file, source);
        Path classes = Files.createDirectories(directory.resolve("classes"));
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "runs on a JDK");
        StringWriter messages = new StringWriter();
        List<String> options = new ArrayList<>(List.of("--release", "17", "-d", classes.toString()));
        options.addAll(List.of("-cp", System.getProperty("java.class.path")));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiled = compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
                    .call();
            assertThat(compiled).as("%s%n%s", messages, source).isTrue();
        }
        return classes;
    }

    private static String readme() {
        Repository repository = Repository.find();
        return repository.files().stream()
                .filter(file -> repository.name(file).equals("README.md"))
                .map(Repository::read)
                .findFirst()
                .orElseThrow();
    }
}
