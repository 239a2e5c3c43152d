package io.dynamo.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamo.spi.Durability;
import io.dynamo.spi.PluginConfig;
import io.dynamo.spi.StorageProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins are looked up by our own class loader, then by the context one: application servers have both. */
class PluginsTest {

    @TempDir
    private Path directory;

    /** A provider that this module's own class path does not announce. */
    public static final class Announced implements StorageProvider {
        /** For the service loader. */
        public Announced() {}

        @Override
        public String name() {
            return "announced";
        }

        @Override
        public Durability defaultDurability() {
            return Durability.BUFFERED;
        }

        @Override
        public Opener configure(PluginConfig config) {
            throw new AssertionError("only looked up");
        }
    }

    @Test
    void load_findsWhatOnlyTheContextClassLoaderKnows_onceOnly() throws IOException {
        assertThat(names()).doesNotContain("announced");
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader first = announcing("one");
                URLClassLoader second = new URLClassLoader(new URL[] {announcement("two")}, first)) {
            thread.setContextClassLoader(second);
            assertThat(names()).containsOnlyOnce("announced");
            thread.setContextClassLoader(null);
            assertThat(names()).as("without one, ours is enough").doesNotContain("announced");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static List<String> names() {
        return Plugins.load(StorageProvider.class).map(StorageProvider::name).toList();
    }

    private URLClassLoader announcing(String place) throws IOException {
        return new URLClassLoader(new URL[] {announcement(place)}, getClass().getClassLoader());
    }

    /** A class path entry that announces the provider. */
    private URL announcement(String place) throws IOException, MalformedURLException {
        Path services = Files.createDirectories(directory.resolve(place + "/META-INF/services"));
        Files.writeString(services.resolve(StorageProvider.class.getName()), Announced.class.getName());
        return directory.resolve(place).toUri().toURL();
    }
}
