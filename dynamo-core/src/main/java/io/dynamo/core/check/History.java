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
    private final List<Absence> absences = new ArrayList<>();
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

    /** The copies of a node from when they were lost until they were made again. */
    private record Absence(String node, long fromNanos, long toNanos) {

        boolean isAt(long nanos) {
            return fromNanos <= nanos && nanos < toNanos;
        }
    }

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
     * A node lost all its copies and knows it: it shows none of them until they are made again.
     *
     * @param node which
     * @param nanos when
     */
    public void wiped(String node, long nanos) {
        restored(node, nanos);
        absences.add(new Absence(node, nanos, Long.MAX_VALUE));
    }

    /**
     * A node that was wiped has its copies again, all that the other owners had.
     *
     * @param node which
     * @param nanos when
     */
    public void restored(String node, long nanos) {
        absences.replaceAll(absence -> absence.node().equals(node) && absence.isAt(nanos)
                ? new Absence(node, absence.fromNanos(), nanos)
                : absence);
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
     * How many nodes lost copies since a write began, be it that they were made again. Any of them may have been one of the W
     * that acknowledged it, as a stand-in.
     *
     * @param write the write
     * @return 0 or more
     */
    public int destroyedSince(WriteEvent write) {
        SortedSet<String> lost = destroyed(write);
        for (Absence absence : absences) {
            if (absence.fromNanos() >= write.beganNanos) {
                lost.add(absence.node());
            }
        }
        return lost.size();
    }

    /**
     * Whether a node has lost copies since a write began.
     *
     * @param node which
     * @param write the write
     * @return false if it has all that it had, or acknowledged since
     */
    public boolean isDestroyedSince(String node, WriteEvent write) {
        return destroyed(write).contains(node);
    }

    private SortedSet<String> destroyed(WriteEvent write) {
        SortedSet<String> lost = new TreeSet<>();
        for (Destruction destruction : destructions) {
            if (destruction.nanos() >= write.beganNanos) {
                lost.add(destruction.node());
            }
        }
        return lost;
    }

    /**
     * Whether so many of a write's copies outlived the run that it cannot be lost. What W owners had is made again with them, as
     * long as they were not gone at once; what stand-ins had is not.
     */
    boolean mustSurvive(WriteEvent write) {
        Rules promise = rules(write.key);
        return holders(write) < promise.w()
                ? destroyedSince(write) < promise.w()
                : destroyed(write).size() + mostAbsentAtOnce(write, Long.MAX_VALUE) < promise.w();
    }

    /** How many owners had acknowledged a write for themselves when its client was told. */
    int holders(WriteEvent write) {
        int count = 0;
        for (String owner : rules(write.key).owners()) {
            count += write.holders().contains(owner) ? 1 : 0;
        }
        return count;
    }

    /** How many owners of a key had no copies at the same time, of those that a write may have been among. */
    int mostAbsentAtOnce(WriteEvent write, long toNanos) {
        int most = 0;
        for (Absence instant : absences) {
            TreeSet<String> absent = new TreeSet<>();
            for (Absence other : absences) {
                if (other.fromNanos() >= write.beganNanos
                        && other.fromNanos() <= toNanos
                        && other.isAt(instant.fromNanos())
                        && owners(write.key).contains(other.node())) {
                    absent.add(other.node());
                }
            }
            most = Math.max(most, absent.size());
        }
        return most;
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
        SortedSet<String> lost = new TreeSet<>();
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
