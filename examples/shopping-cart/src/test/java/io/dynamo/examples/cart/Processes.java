package io.dynamo.examples.cart;

import io.dynamo.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A cluster of as many processes as are wanted, a to z, on free ports: gRPC between them, RocksDB below. */
final class Processes implements AutoCloseable {

    private final Path directory;
    private final List<String> settings;
    private final List<String> ids;
    private final int firstPort;
    private final Map<String, ServiceProcess> processes = new ConcurrentSkipListMap<>();
    private final Map<String, RestClient> clients = new ConcurrentSkipListMap<>();

    /** Starts all; settings are given as {@code -D...}. */
    Processes(int count, Path directory, String... settings) {
        this.directory = directory;
        this.settings = List.of(settings);
        this.ids = IntStream.range(0, count)
                .mapToObj(i -> String.valueOf((char) ('a' + i)))
                .toList();
        this.firstPort = FreePorts.inARow(count);
        ids.forEach(this::launch);
        ids.forEach(this::awaitReady);
    }

    List<String> ids() {
        return ids;
    }

    /** Starts one, and returns when it is ready. */
    void start(String id) {
        launch(id);
        awaitReady(id);
    }

    private void awaitReady(String id) {
        clients.put(id, processes.get(id).readyClient());
    }

    private void launch(String id) {
        List<String> all = new ArrayList<>(settings);
        all.add("-Ddynamo.storage.rocksdb.path=" + data(id));
        processes.put(id, ServiceProcess.start(directory, all, "--config", file(id), "--port", "0"));
    }

    private String file(String id) {
        String members = IntStream.range(0, ids.size())
                .mapToObj(i -> "{ id = " + ids.get(i) + ", host = 127.0.0.1, port = " + (firstPort + i) + " }")
                .collect(Collectors.joining("\n"));
        try {
            return Files.writeString(directory.resolve("node-" + id + ".conf"), """
                            dynamo {
                              node.id = %s
                              cluster { name = shop, members = [
                            %s
                              ], ready-timeout = 5s }
                              storage.engine = rocksdb
                              transport { type = grpc, grpc { host = 127.0.0.1, port = %d } }
                            }
                            """.formatted(
                                    id, members, firstPort + ids.indexOf(id)))
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a node's storage lies. */
    Path data(String id) {
        return directory.resolve("data-" + id);
    }

    /** As {@code kill -9}. */
    void kill(String id) {
        processes.get(id).kill();
    }

    void stopAll() {
        ids.forEach(id -> processes.get(id).stop());
    }

    RestClient client(String id) {
        return clients.get(id);
    }

    @Override
    public void close() {
        processes.values().forEach(ServiceProcess::close);
    }
}
