package io.dynamo.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of this checkout: the modules of the build, and not what a build of its own keeps beside them. */
final class Repository {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Set<String> SKIPPED =
            Set.of("target", ".git", ".idea", ".vscode", "node_modules", "data", ".cifuzz-corpus");
    private static final Pattern TEXT = Pattern.compile(
            ".*\\.(java|proto|xml|conf|properties|md|txt|yml|yaml|json|sh|html|css|js|config)|setup|run|\\.gitignore");

    private final Path root;
    private final Set<Path> modules;

    private Repository(Path root) {
        this.root = root;
        List<Path> found = new ArrayList<>();
        addModules(root, found);
        this.modules = Set.copyOf(found);
    }

    /** Finds the root upwards of the directory that the test runs in. */
    static Repository find() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(".mvn/jvm.config"))) {
                return new Repository(at);
            }
        }
        throw new IllegalStateException(
                "no .mvn/jvm.config above " + Path.of("").toAbsolutePath());
    }

    Set<Path> modules() {
        return modules;
    }

    /** Returns the files that people write, in the order of their names. */
    List<Path> files() {
        List<Path> found = new ArrayList<>();
        addFiles(root, found);
        return found.stream().sorted().toList();
    }

    /** Names a file from the root, with forward slashes. */
    String name(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private static void addModules(Path directory, List<Path> into) {
        into.add(directory);
        Matcher module = MODULE.matcher(read(directory.resolve("pom.xml")));
        while (module.find()) {
            addModules(directory.resolve(module.group(1)), into);
        }
    }

    private void addFiles(Path directory, List<Path> into) {
        boolean ownBuild = Files.exists(directory.resolve("pom.xml")) && !modules.contains(directory);
        if (ownBuild) {
            return;
        }
        try (var entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (Files.isDirectory(entry)) {
                    if (!SKIPPED.contains(name)) {
                        addFiles(entry, into);
                    }
                } else if (TEXT.matcher(name).matches()) {
                    into.add(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
