package io.dynamo.examples.cart;

import io.dynamo.testing.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The three ready files as three processes on free ports: gRPC between them, and RocksDB below if nothing else is said. */
final class ThreeProcesses implements AutoCloseable {

    static final List<String> IDS = List.of("a", "b", "c");
    private static final Path CONF = Path.of("conf").toAbsolutePath();

    private final Path directory;
    private final List<String> more;
    private final int firstPort = FreePorts.inARow(IDS.size());
    private final Map<String, ServiceProcess> processes = new ConcurrentSkipListMap<>();
    private final Map<String, RestClient> clients = new ConcurrentSkipListMap<>();

    /** Starts all; more settings are given as {@code -D...}. */
    ThreeProcesses(Path directory, String... more) {
        this.directory = directory;
        this.more = List.of(more);
        startAll();
    }

    void startAll() {
        IDS.forEach(this::launch);
        IDS.forEach(id -> clients.put(id, processes.get(id).readyClient()));
    }

    void start(String id) {
        launch(id);
        clients.put(id, processes.get(id).readyClient());
    }

    /** Starts one that will not serve; returns its exit status. */
    int startInVain(String id) {
        launch(id);
        return processes.get(id).exitCode();
    }

    private void launch(String id) {
        List<String> settings = new ArrayList<>(more);
        for (int i = 0; i < IDS.size(); i++) {
            settings.add("-Ddynamo.cluster.members." + i + ".port=" + (firstPort + i));
        }
        settings.add("-Ddynamo.transport.grpc.port=" + (firstPort + IDS.indexOf(id)));
        String file = CONF.resolve("node-" + id + ".conf").toString();
        processes.put(id, ServiceProcess.start(directory, settings, "--config", file, "--port", "0"));
    }

    void kill(String id) {
        processes.get(id).kill();
    }

    /** It is there and says nothing. */
    void silence(String id) {
        processes.get(id).signal("STOP");
    }

    /** All at once: none has time to notice the others' end. */
    void killAll() {
        IDS.parallelStream().forEach(this::kill);
    }

    int stop(String id) {
        return processes.get(id).stop();
    }

    String output(String id) {
        return processes.get(id).output();
    }

    RestClient client(String id) {
        return clients.get(id);
    }

    @Override
    public void close() {
        processes.values().forEach(ServiceProcess::close);
    }
}
