package io.dynamo.core.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What clients saw of one run, what was found in the end, and which copies were destroyed meanwhile. Everything names writes
 * by their numbers.
 */
public final class History {

    final List<WriteEvent> writes = new ArrayList<>();
    final List<ReadEvent> reads = new ArrayList<>();
    final Map<String, ReadEvent> finals = new TreeMap<>();
    /** Writes that two runs of nodes have minted, one not knowing of the other: the documented remainder of T31. */
    final TreeSet<Integer> mintedTwice = new TreeSet<>();

    private final List<Destruction> destructions = new ArrayList<>();
    private final List<Timeline.Line> happenings = new ArrayList<>();
    private final TreeMap<String, Rules> rules = new TreeMap<>();

    /**
     * What the store of a key promises.
     *
     * @param n replicas
     * @param r answers of a read
     * @param w acknowledgements of a write
     * @param lastWriteOnly whether concurrent writes may be dropped
     * @param owners the nodes that hold the key
     */
    public record Rules(int n, int r, int w, boolean lastWriteOnly, List<String> owners) {}

    /** A node lost what it had acknowledged. */
    private record Destruction(String node, long nanos) {}

    /**
     * Says what is promised for a key; must be said before the key is judged.
     *
     * @param key the key
     * @param promise of its store
     */
    public void promise(String key, Rules promise) {
        rules.put(key, promise);
    }

    /**
     * A client begins a write.
     *
     * @param key what it writes
     * @param isDelete whether it deletes
     * @param client who
     * @param nowNanos when
     * @param seen the writes its context stands for
     * @return the event, to be told the answers
     */
    public WriteEvent begin(String key, boolean isDelete, String client, long nowNanos, SortedSet<Integer> seen) {
        WriteEvent write = new WriteEvent(writes.size(), key, isDelete, client, nowNanos, seen);
        writes.add(write);
        return write;
    }

    /**
     * A client was answered a read.
     *
     * @param read what it saw
     */
    public void read(ReadEvent read) {
        reads.add(read);
    }

    /**
     * What is left of a key when all is quiet.
     *
     * @param end the last read
     */
    public void end(ReadEvent end) {
        finals.put(end.key(), end);
    }

    /**
     * Two runs of nodes have minted one write without knowing of each other.
     *
     * @param number the write
     */
    public void mintedTwice(int number) {
        mintedTwice.add(number);
    }

    /**
     * A node lost copies that it had acknowledged: a disk that was wiped, a power cut before an unsynced write was written.
     *
     * @param node which
     * @param nanos when
     */
    public void destroyed(String node, long nanos) {
        destructions.add(new Destruction(node, nanos));
    }

    /**
     * Something happened to the cluster that readers of the timeline will want to know.
     *
     * @param nanos when
     * @param what in words
     */
    public void happened(long nanos, String what) {
        happenings.add(new Timeline.Line(nanos, what));
    }

    /**
     * All writes so far.
     *
     * @return by number
     */
    public List<WriteEvent> writes() {
        return writes;
    }

    /**
     * Who holds a key.
     *
     * @param key the key
     * @return as was promised
     */
    public List<String> owners(String key) {
        return rules(key).owners();
    }

    /**
     * How many nodes lost copies since a write began. Any of them may have been one of the W that acknowledged it, as a
     * stand-in.
     *
     * @param write the write
     * @return 0 or more
     */
    public int destroyedSince(WriteEvent write) {
        TreeSet<String> lost = new TreeSet<>();
        for (Destruction destruction : destructions) {
            if (destruction.nanos() >= write.beganNanos) {
                lost.add(destruction.node());
            }
        }
        return lost.size();
    }

    List<Timeline.Line> happenings() {
        return happenings;
    }

    Rules rules(String key) {
        Rules known = rules.get(key);
        if (known == null) {
            throw new IllegalStateException("nothing was promised for " + key + ": promise() comes first");
        }
        return known;
    }

    /**
     * The fault atlas: how many owners of a key lost copies between two instants. A copy made again meanwhile is not counted
     * back, as nothing that clients see tells of it.
     */
    int ownersDestroyed(String key, long fromNanos, long toNanos) {
        TreeSet<String> lost = new TreeSet<>();
        for (Destruction destruction : destructions) {
            if (destruction.nanos() >= fromNanos
                    && destruction.nanos() <= toNanos
                    && rules(key).owners().contains(destruction.node())) {
                lost.add(destruction.node());
            }
        }
        return lost.size();
    }
}
