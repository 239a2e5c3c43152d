package io.dynamo.core;

import io.dynamo.api.ConfigException;
import io.dynamo.api.DynamoConfig;
import io.dynamo.api.Outcome;
import io.dynamo.api.Plugins;
import io.dynamo.api.StorageFailedException;
import io.dynamo.core.config.ChosenPlugin;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.config.ReadSettings;
import io.dynamo.core.config.SettingsReader;
import io.dynamo.core.runtime.SystemRuntime;
import io.dynamo.core.storage.MemoryStorageProvider;
import io.dynamo.core.transport.InProcessNetwork;
import io.dynamo.spi.Durability;
import io.dynamo.spi.NodeRuntime;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.StorageProvider;
import io.dynamo.spi.Transport;
import io.dynamo.spi.TransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a configuration into a running node: checks all of it first, the plug-ins' parts included, then opens storage,
 * transport and node, and takes back what it opened if a later step fails.
 *
 * <p>Thread: used by one.
 */
final class NodeOpener {

    private static final Logger LOG = LoggerFactory.getLogger(NodeOpener.class);
    private static final String IN_PROCESS = "in-process";

    /** Every core serves a few lanes, so that a busy one does not hold up the others. */
    private static final int LANES_PER_CORE = 8;

    /** Two small writes are synced before a node begins. */
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private final NodeSettings settings;
    private final SystemRuntime runtime;
    private final StorageProvider.Opener storage;
    private final Durability defaultDurability;
    private final Transport transport;
    private @Nullable StorageEngine keptEngine;

    private NodeOpener(
            NodeSettings settings,
            SystemRuntime runtime,
            StorageProvider.Opener storage,
            Durability defaultDurability,
            Transport transport) {
        this.settings = settings;
        this.runtime = runtime;
        this.storage = storage;
        this.defaultDurability = defaultDurability;
        this.transport = transport;
    }

    /**
     * Checks a configuration and makes what it names, opening nothing yet.
     *
     * @throws ConfigException listing every problem
     */
    static NodeOpener prepare(DynamoConfig config, InProcessNetwork network) {
        return prepare(config, network, true);
    }

    /** The same for a node that shares its process with none of the others. */
    static NodeOpener prepareAlone(DynamoConfig config) {
        return prepare(config, new InProcessNetwork(), false);
    }

    private static NodeOpener prepare(DynamoConfig config, InProcessNetwork network, boolean hasCompany) {
        ReadSettings read = SettingsReader.read(config);
        List<String> problems = new ArrayList<>();
        SystemRuntime runtime = new SystemRuntime(read.node().nodeId());
        Optional<StorageProvider> engine = storageProvider(read.storage(), problems);
        StorageProvider.Opener opener =
                engine.map(found -> found.configure(read.storage().config())).orElse(null);
        Transport transport = transport(read, network, runtime, problems);
        if (read.node().cluster().members().size() > 1) {
            refuseAmongSeveral(config, read, transport, hasCompany, problems);
        }
        problems.addAll(read.storage().config().problems());
        problems.addAll(read.transport().config().problems());
        NodeSettings settings = read.require(problems);
        if (opener == null || transport == null) {
            throw new IllegalStateException("a plug-in without problems made nothing");
        }
        return new NodeOpener(settings, runtime, opener, engine.orElseThrow().defaultDurability(), transport);
    }

    /** What is possible for a node alone, and would keep it from ever talking with others. */
    static void refuseAmongSeveral(
            DynamoConfig config,
            ReadSettings read,
            @Nullable Transport transport,
            boolean hasCompany,
            List<String> problems) {
        String chosenBy = read.transport().chosenBy();
        if (read.transport().name().equals(IN_PROCESS) && !hasCompany) {
            problems.add(chosenBy + "; allowed for one of several members: a transport that leaves the process, for"
                    + " example grpc; DynamoNode.local opens several nodes in one process");
        }
        long recordBytesMax = read.node().limits().recordBytesMax();
        if (transport != null && recordBytesMax > transport.queueBytesMax()) {
            problems.add(SettingsReader.shown(config, "limits.record") + "; allowed: at most "
                    + transport.queueBytesMax() + " bytes, all that may wait for one node with " + chosenBy);
        }
    }

    private static Optional<StorageProvider> storageProvider(ChosenPlugin chosen, List<String> problems) {
        List<StorageProvider> all = Stream.concat(
                        Stream.of(new MemoryStorageProvider()), Plugins.load(StorageProvider.class))
                .toList();
        Optional<StorageProvider> found = all.stream()
                .filter(provider -> provider.name().equals(chosen.name()))
                .findFirst();
        if (found.isEmpty()) {
            problems.add(chosen.notFound(
                    all.stream().map(StorageProvider::name).distinct().toList()));
        }
        return found;
    }

    private static @Nullable Transport transport(
            ReadSettings read, InProcessNetwork network, NodeRuntime runtime, List<String> problems) {
        ChosenPlugin chosen = read.transport();
        NodeSettings node = read.node();
        if (chosen.name().equals(IN_PROCESS)) {
            return network.transport(self(node).address(), runtime);
        }
        List<TransportProvider> all = Plugins.load(TransportProvider.class).toList();
        for (TransportProvider provider : all) {
            if (provider.name().equals(chosen.name())) {
                return provider.create(
                        chosen.config(),
                        new TransportProvider.Identity(node.cluster().name(), node.nodeId()));
            }
        }
        problems.add(chosen.notFound(
                Stream.concat(Stream.of(IN_PROCESS), all.stream().map(TransportProvider::name))
                        .toList()));
        return null;
    }

    private static NodeSettings.Member self(NodeSettings node) {
        return node.cluster().members().stream()
                .filter(member -> member.id().equals(node.nodeId()))
                .findFirst()
                .orElse(node.cluster().members().get(0));
    }

    NodeSettings settings() {
        return settings;
    }

    /** Uses this engine instead of opening one. */
    void keep(StorageEngine engine) {
        keptEngine = engine;
    }

    /** Opens the engine, for callers that keep it. */
    StorageEngine openEngine() {
        try {
            return storage.open();
        } catch (StorageException e) {
            throw new StorageFailedException(
                    "node " + settings.nodeId() + " cannot use its storage: " + e.getMessage(), Outcome.NOT_APPLIED, e);
        }
    }

    /** Binds the transport. */
    Endpoint bind() {
        return new Endpoint(transport);
    }

    /** Opens everything. The members are those of the configuration unless others are given. */
    EmbeddedNode open(Endpoint endpoint, NodeSettings effective) {
        StorageEngine kept = keptEngine;
        StorageEngine engine;
        try {
            engine = kept != null ? kept : openEngine();
        } catch (RuntimeException e) {
            release(endpoint, null);
            throw e;
        }
        Cautions.of(effective, endpoint.address(), engine.isInMemory())
                .forEach(caution -> LOG.warn("node {}: {}", settings.nodeId(), caution));
        try {
            int lanes = LANES_PER_CORE * Runtime.getRuntime().availableProcessors();
            CompletableFuture<NodeCore> started = NodeCore.start(new NodeParts(
                    effective,
                    new NodeParts.Host(runtime, false, lanes),
                    new NodeParts.Storage(engine, defaultDurability),
                    endpoint));
            NodeCore core = runtime.await(started, START_LIMIT.toNanos());
            EmbeddedNode node = new EmbeddedNode(core, () -> release(endpoint, engine));
            endpoint.transport().serve(node.clientAccess());
            return node;
        } catch (InterruptedException e) {
            release(endpoint, engine);
            throw new IllegalStateException("interrupted while node " + settings.nodeId() + " was opening", e);
        } catch (TimeoutException e) {
            release(endpoint, engine);
            throw new StorageFailedException(
                    "node " + settings.nodeId() + ": its storage did not answer within " + START_LIMIT,
                    Outcome.NOT_APPLIED,
                    e);
        } catch (StorageException e) {
            release(endpoint, engine);
            throw new StorageFailedException(
                    "node " + settings.nodeId() + " cannot use its storage: " + e.getMessage(), Outcome.NOT_APPLIED, e);
        } catch (RuntimeException e) {
            release(endpoint, engine);
            throw e;
        }
    }

    private void release(Endpoint endpoint, @Nullable StorageEngine engine) {
        endpoint.transport().close();
        if (engine != null) {
            engine.close();
        }
        runtime.close();
    }
}
