package io.dynamo.core;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Health;
import io.dynamo.api.Option;
import io.dynamo.api.WriteId;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.coordinate.KeyPage;
import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.coordinate.Route;
import io.dynamo.core.ring.Ring;
import io.dynamo.spi.ClientAccess;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A node as its clients' service sees it. Thread: any. */
final class NodeAccess implements ClientAccess {

    /** A page goes on through further partitions until it has this many keys, or an eighth of its time is over. */
    private static final int KEYS_PER_PAGE = 256;

    private final EmbeddedNode node;
    private final NodeCore core;

    NodeAccess(EmbeddedNode node, NodeCore core) {
        this.node = node;
        this.core = core;
    }

    @Override
    public AsyncStore<byte[]> store(String name) {
        return node.bytes(name);
    }

    @Override
    public CompletionStage<Page> keys(String store, byte[] page, Option... options) {
        TypedAsyncStore<byte[]> bytes = node.bytes(store);
        Position first = Position.parse(page, core.partitions());
        ReadPlan plan = bytes.access().keysPlan(options);
        Gathering gathering = new Gathering(bytes.access(), plan, core.runtime().nanoTime());
        return bytes.admitted(
                () -> bytes.access().enter("keys", "", null),
                () -> bytes.outside(gathering.from(first), Function.identity()));
    }

    @Override
    public WriteId newWriteId() {
        return node.newWriteId();
    }

    @Override
    public String cluster() {
        return core.parts().settings().cluster().name();
    }

    @Override
    public Location locate(String key) {
        long position = Ring.position(key.getBytes(StandardCharsets.UTF_8));
        return new Location(position, Ring.partition(position, core.partitions()));
    }

    @Override
    public RingView ring() {
        NodeSettings.Cluster cluster = core.parts().settings().cluster();
        List<String> ids =
                cluster.members().stream().map(NodeSettings.Member::id).toList();
        Route route = core.route();
        List<List<Integer>> lists = new ArrayList<>(core.partitions());
        for (int partition = 0; partition < core.partitions(); partition++) {
            lists.add(Arrays.stream(route.preferenceList(partition))
                    .map(Peer::id)
                    .map(ids::indexOf)
                    .toList());
        }
        List<Member> members = cluster.members().stream()
                .map(member -> new Member(member.id(), member.address(), member.zone()))
                .toList();
        List<StoreView> stores = new ArrayList<>();
        NodeSettings settings = core.parts().settings();
        settings.stores().forEach((name, store) -> stores.add(view(name, store)));
        return new RingView(
                route.digest(),
                core.runtime().wallMillis(),
                members,
                List.copyOf(lists),
                List.copyOf(stores),
                view("", settings.storeDefaults()));
    }

    private static StoreView view(String name, NodeSettings.StoreSettings store) {
        return new StoreView(name, store.n(), store.mode() == NodeSettings.Mode.LWW);
    }

    @Override
    public long ringDigest() {
        return core.route().digest();
    }

    @Override
    public Health health() {
        return core.health();
    }

    /**
     * Where a page begins.
     *
     * @param partition its partition
     * @param after the key before it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Position(int partition, byte[] after) {

        static Position parse(byte[] page, int partitions) {
            if (page.length == 0) {
                return new Position(0, KeyPage.first());
            }
            int partition =
                    page.length < Integer.BYTES ? -1 : ByteBuffer.wrap(page).getInt();
            if (partition < 0 || partition >= partitions) {
                throw new IllegalArgumentException("page = " + page.length
                        + " bytes that are no position; allowed: empty, or next_page of the page before");
            }
            return new Position(partition, Arrays.copyOfRange(page, Integer.BYTES, page.length));
        }

        byte[] bytes(int partitions) {
            return partition == partitions
                    ? new byte[0]
                    : ByteBuffer.allocate(Integer.BYTES + after.length)
                            .putInt(partition)
                            .put(after)
                            .array();
        }
    }

    /** Pages of single partitions put together. */
    private final class Gathering {
        private final StoreAccess<byte[]> access;
        private final ReadPlan plan;
        private final long startNanos;
        private final List<String> keys = new ArrayList<>();

        Gathering(StoreAccess<byte[]> access, ReadPlan plan, long startNanos) {
            this.access = access;
            this.plan = plan;
            this.startNanos = startNanos;
        }

        CompletableFuture<Page> from(Position position) {
            return access.keys(position.partition(), position.after(), plan)
                    .thenComposeAsync(
                            page -> {
                                page.keys().forEach(key -> keys.add(new String(key, StandardCharsets.UTF_8)));
                                Position next = page.more()
                                        ? new Position(position.partition(), page.after())
                                        : new Position(position.partition() + 1, KeyPage.first());
                                boolean isFull = keys.size() >= KEYS_PER_PAGE
                                        || next.partition() == core.partitions()
                                        || elapsedNanos() >= plan.timeoutNanos() / 8;
                                return isFull
                                        ? CompletableFuture.completedFuture(
                                                new Page(List.copyOf(keys), next.bytes(core.partitions())))
                                        : from(next);
                            },
                            core.runtime().callbacks());
        }

        private long elapsedNanos() {
            return core.runtime().nanoTime() - startNanos;
        }
    }
}
