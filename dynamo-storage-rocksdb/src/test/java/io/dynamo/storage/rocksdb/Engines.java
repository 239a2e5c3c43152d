package io.dynamo.storage.rocksdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.api.DynamoConfig.Setting;
import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens engines for tests and does to their files what a bad disk does. */
final class Engines {

    private Engines() {}

    static StorageEngine open(Path path, String... settings) {
        Map<String, Setting> map = new LinkedHashMap<>();
        map.put("path", new Setting(path.toString(), "test"));
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], new Setting(settings[i + 1], "test"));
        }
        PluginConfig config = new PluginConfig("storage.rocksdb", map);
        var opener = new RocksDbStorageProvider().configure(config);
        if (!config.problems().isEmpty()) {
            throw new AssertionError(config.problems());
        }
        return opener.open();
    }

    /** Writes, waits, and throws what the completion got. */
    static void write(StorageEngine engine, WriteBatch batch, Durability durability) {
        CompletableFuture<@Nullable StorageException> done = new CompletableFuture<>();
        engine.write(batch, durability, done::complete);
        StorageException failure = done.orTimeout(30, TimeUnit.SECONDS).join();
        if (failure != null) {
            throw failure;
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Another process on the same class path. */
    static ProcessBuilder java(Path temporary, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    /** What a crash at this moment would leave: the files as the operating system sees them. */
    /** Copies a directory; that of a running engine only as a whole, as files come and go in the background. */
    static Path copy(Path from, Path to) throws IOException {
        for (int tries = 1; ; tries++) {
            List<Path> before = walk(from);
            Path part = Files.createTempDirectory(to.getParent(), "part");
            if (copyAll(from, before, part) && before.equals(walk(from))) {
                return Files.move(part, to);
            }
            assertThat(tries).as("tries to copy %s while nothing changed", from).isLessThan(100);
        }
    }

    private static List<Path> walk(Path from) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            return files.sorted().toList();
        } catch (UncheckedIOException e) {
            return List.of();
        }
    }

    private static boolean copyAll(Path from, List<Path> files, Path to) throws IOException {
        for (Path file : files) {
            Path target = to.resolve(from.relativize(file).toString());
            try {
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            } catch (NoSuchFileException e) {
                return false;
            }
        }
        return true;
    }

    static List<Path> files(Path engine, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(engine.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    static Path lastLog(Path engine) throws IOException {
        List<Path> logs = files(engine, ".log");
        return logs.get(logs.size() - 1);
    }

    static void flipBit(Path file, long at) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int old = open.read();
            open.seek(at);
            open.write(old ^ 4);
        }
    }

    static void cut(Path file, long length) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }
}
