package io.dynamo.core.membership;

import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.replica.Behind;
import io.dynamo.core.ring.Placement;
import io.dynamo.core.ring.RingMember;
import io.dynamo.spi.Durability;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import io.dynamo.spi.WriteBatch;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A data directory whose engine says itself that something is missing of what it had held for good. */
final class RegressedDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(RegressedDirectory.class);

    private RegressedDirectory() {}

    /** Keeps that the node has to catch up, and only then lets the engine forget what it found; refuses if nobody else could have it. */
    static CompletableFuture<byte[]> note(StorageEngine engine, NodeSettings settings, byte[] directory) {
        String found = engine.regression().orElse("");
        if (found.isEmpty()) {
            return CompletableFuture.completedFuture(directory);
        }
        if (settings.cluster().members().size() == 1) {
            return CompletableFuture.failedFuture(
                    new StorageException(found + "; there is no other member that could have it", null));
        }
        LOG.warn(
                "node {}: {}; it takes writes, and answers readers of a partition when it has caught up with the partition's"
                        + " other owners",
                settings.nodeId(),
                found);
        CompletableFuture<byte[]> noted = new CompletableFuture<>();
        engine.write(Behind.wentBack(new WriteBatch(), ownPartitions(settings)), Durability.SYNC, failure -> {
            if (failure == null) {
                engine.acceptRegression();
                noted.complete(directory);
            } else {
                noted.completeExceptionally(failure);
            }
        });
        return noted;
    }

    private static BitSet ownPartitions(NodeSettings settings) {
        List<RingMember> members = settings.cluster().members().stream()
                .map(member -> new RingMember(member.id(), member.weight(), member.zone()))
                .toList();
        Placement placement = Placement.of(members, settings.cluster().partitions());
        BitSet own = new BitSet();
        for (int partition = 0; partition < settings.cluster().partitions(); partition++) {
            int[] list = placement.preferenceList(partition);
            for (int rank = 0; rank < Math.min(settings.replicasMax(), list.length); rank++) {
                if (placement.members().get(list[rank]).id().equals(settings.nodeId())) {
                    own.set(partition);
                }
            }
        }
        return own;
    }
}
