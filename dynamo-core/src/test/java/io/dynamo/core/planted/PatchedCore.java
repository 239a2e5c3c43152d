package io.dynamo.core.planted;

import io.dynamo.core.planted.PlantedBug.Patch;
import io.dynamo.core.sim.Simulation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The whole of core once more, in classes of its own, some of them compiled from patched sources. What core is built on comes
 * from where it always does.
 */
final class PatchedCore extends ClassLoader {

    private static final String CORE = "io.dynamo.core.";

    private final Map<String, byte[]> compiled;
    private final List<String> patched;

    private PatchedCore(Map<String, byte[]> compiled, List<String> patched) {
        super(PatchedCore.class.getClassLoader());
        this.compiled = compiled;
        this.patched = patched;
    }

    /** Patches and compiles; fails if a patch does not fit or what comes of it does not compile. */
    static PatchedCore with(List<Patch> patches) {
        Map<String, String> sources = new TreeMap<>();
        for (Patch patch : patches) {
            String source = sources.computeIfAbsent(patch.file(), PatchedCore::source);
            sources.put(patch.file(), patch.apply(source));
        }
        List<String> names =
                sources.keySet().stream().map(file -> file.replace('/', '.')).toList();
        return new PatchedCore(InMemoryCompiler.compile(sources), names);
    }

    private static String source(String file) {
        try {
            Path classes = Path.of(Simulation.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Files.readString(classes.resolve("../../src/main/java/" + file + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException("a planted bug is in a source that is not there", e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(CORE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = compiled.get(name);
        if (bytes == null && patched.contains(outermost(name))) {
            throw new ClassNotFoundException(name + " is gone with the patch");
        }
        byte[] code = bytes == null ? asBuilt(name) : bytes;
        return defineClass(name, code, 0, code.length);
    }

    private byte[] asBuilt(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private static String outermost(String name) {
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }
}
