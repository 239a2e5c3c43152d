package io.dynamo.core.sim;

import io.dynamo.core.EmbeddedNode;
import io.dynamo.core.NodeCore;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of a node outlives its runs: its disk and its clocks; and its present run. */
final class Machine {

    // What a disk that is well may be behind.
    private static final long BUSY_NANOS = 50_000_000L;

    final NodeSettings.Member member;
    final VirtualDisk disk;
    final VirtualClock clock;
    // What no run of the product may ever say of itself; and the most that any had in its write buffer.
    final List<String> brokenInvariants = new ArrayList<>();
    int runs;
    int wipes;
    long wipedNanos;
    int bufferedMost;
    // Its disk once showed an older state of itself.
    boolean showsOlder;
    // On a copy of its disk that was put back, and no other member has let it in yet.
    boolean isOpening;

    @Nullable
    Run run;

    Machine(NodeSettings.Member member, VirtualDisk disk, VirtualClock clock) {
        this.member = member;
        this.disk = disk;
        this.clock = clock;
    }

    /** One run of a node: from its start to its crash. */
    static final class Run {
        final VirtualRuntime runtime;
        final Transport transport;

        @Nullable
        NodeCore core;

        @Nullable
        EmbeddedNode node;

        boolean isStopping;

        Run(VirtualRuntime runtime, Transport transport) {
            this.runtime = runtime;
            this.transport = transport;
        }
    }

    int port() {
        return member.address().port();
    }

    @Nullable
    EmbeddedNode node() {
        return run == null ? null : run.node;
    }

    /**
     * The node as applications get it. One on a copy that was put back is not open before another member has let it in; others are asked
     * before that, which must do no harm.
     */
    @Nullable
    EmbeddedNode open(int others) {
        EmbeddedNode node = node();
        if (isOpening && node != null) {
            isOpening = others > 0 && node.health().missing().size() == others;
        }
        return isOpening ? null : node;
    }

    /** The process ends, without a word to anyone. */
    void stop() {
        Run ending = run;
        if (ending != null) {
            noteBrokenInvariants();
            run = null;
            ending.runtime.die();
            ending.transport.close();
        }
    }

    /** A node that found its own state broken serves no more, and every refusal of it looks honest. */
    void noteBrokenInvariants() {
        NodeCore core = run == null ? null : run.core;
        bufferedMost = core == null
                ? bufferedMost
                : Math.max(bufferedMost, core.figures().buffer().most());
        String problem = core == null ? "" : core.health().problem();
        if (problem.startsWith(NodeCore.BROKEN)) {
            brokenInvariants.add("node " + member.id() + ": " + problem);
        }
    }

    boolean isStopping() {
        return run != null && run.isStopping;
    }

    boolean isBusy(long nowNanos) {
        return disk.busyUntilNanos() > nowNanos + BUSY_NANOS
                || run != null && run.runtime.pausedUntilNanos() > nowNanos;
    }

    boolean isReady() {
        EmbeddedNode node = node();
        return node != null && node.health().ready() && node.health().missing().isEmpty();
    }
}
