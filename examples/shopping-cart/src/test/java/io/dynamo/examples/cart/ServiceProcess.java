package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The packaged jar in a process of its own. */
final class ServiceProcess implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Path JAR = Path.of("target", "shopping-cart.jar").toAbsolutePath();
    private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)/");

    private final Process process;
    private final Path output;

    private ServiceProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts it in a directory, with settings given as {@code -D...} and arguments. */
    static ServiceProcess start(Path directory, List<String> settings, String... arguments) {
        assertThat(JAR).as("mvn package makes it").exists();
        List<String> command = new ArrayList<>();
        // A build that runs in the background may ignore Ctrl-C, and a JVM then goes on ignoring it.
        command.addAll(List.of("env", "--default-signal=INT"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx192m");
        command.addAll(settings);
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(directory, "output", ".txt");
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new ServiceProcess(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether somebody accepts connections there. */
    static boolean isListening(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), (int) PATIENCE.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A client, once it serves. */
    RestClient client() {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
            assertThat(process.isAlive()).as(output()).isTrue();
            return ADDRESS.matcher(output()).find();
        });
        Matcher matcher = ADDRESS.matcher(output());
        assertThat(matcher.find()).isTrue();
        return new RestClient(Integer.parseInt(matcher.group(1)));
    }

    /** A client, once the node is ready. */
    RestClient readyClient() {
        RestClient client = client();
        Awaitility.await("ready")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> client.get("/health").status() == 200);
        return client;
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    /** As {@code kill}. */
    int stop() {
        process.destroy();
        return exitCode();
    }

    /** Sends a signal: INT is what Ctrl-C sends, STOP makes it silent. */
    void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            assertThat(kill.waitFor()).as("kill -" + name).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int exitCode() {
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("ends; its output: " + output())
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
