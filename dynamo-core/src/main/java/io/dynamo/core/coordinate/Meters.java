package io.dynamo.core.coordinate;

import io.dynamo.core.replica.WriteBuffer;
import java.util.concurrent.atomic.LongAdder;

/** What happened so far, counted for meters. Thread: any. */
public final class Meters {

    private final LongAdder reads = new LongAdder();
    private final LongAdder readNanos = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder writeNanos = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder siblings = new LongAdder();
    private final LongAdder repairs = new LongAdder();
    private final LongAdder shed = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder tooOld = new LongAdder();
    private final LongAdder purged = new LongAdder();
    private final LongAdder forgotten = new LongAdder();
    private final LongAdder truncations = new LongAdder();
    private final LongAdder handedOver = new LongAdder();
    private final LongAdder exchanges = new LongAdder();
    private final LongAdder exchangesGivenUp = new LongAdder();
    private final LongAdder hashes = new LongAdder();
    private final LongAdder exchangeRepairs = new LongAdder();
    private final LongAdder lostPartitions = new LongAdder();
    private final Latencies latencies = new Latencies();
    private final WriteBuffer buffer = new WriteBuffer();

    /** Nothing has happened. */
    public Meters() {}

    void read(int versions, long nanos) {
        reads.increment();
        readNanos.add(nanos);
        latencies.add(nanos);
        if (versions > 1) {
            siblings.increment();
        }
    }

    void written(long nanos) {
        writes.increment();
        writeNanos.add(nanos);
        latencies.add(nanos);
    }

    /** How long reads and writes took that succeeded, on this coordinator. */
    Latencies latencies() {
        return latencies;
    }

    void failed() {
        failures.increment();
    }

    void repaired() {
        repairs.increment();
    }

    void handedOver() {
        handedOver.increment();
    }

    /**
     * A partition was compared with another owner's.
     *
     * @param digests that were sent
     * @param isGivenUp whether the other did not answer, or refused
     */
    public void compared(long digests, boolean isGivenUp) {
        exchanges.increment();
        hashes.add(digests);
        exchangesGivenUp.add(isGivenUp ? 1 : 0);
    }

    /** A record was brought up to date, here or there, because two owners were compared. */
    public void repairedByExchange() {
        exchangeRepairs.increment();
    }

    /**
     * Partitions were caught up on of which no owner had kept its data.
     *
     * @param partitions how many
     */
    public void lost(int partitions) {
        lostPartitions.add(partitions);
    }

    /** A request was refused because of a limit. */
    public void shed() {
        shed.increment();
    }

    /** A frame of another node was dropped because of a limit. */
    public void dropped() {
        dropped.increment();
    }

    /**
     * What is acknowledged before the engine has it.
     *
     * @return the same at every call
     */
    public WriteBuffer buffer() {
        return buffer;
    }

    /** A request of another node was dropped because it may have been under way for too long. */
    public void tooOld() {
        tooOld.increment();
    }

    /**
     * It was ordered that something be removed here.
     *
     * @param isDone whether it was there
     * @param isPurge whether it was a deleted record, and not entries of one
     */
    public void removed(boolean isDone, boolean isPurge) {
        if (isDone) {
            (isPurge ? purged : forgotten).increment();
        }
    }

    void truncated() {
        truncations.increment();
    }

    /**
     * The figures now.
     *
     * @return a snapshot; not atomic over its fields
     */
    public Figures figures() {
        return new Figures(
                reads.sum(),
                readNanos.sum(),
                writes.sum(),
                writeNanos.sum(),
                failures.sum(),
                siblings.sum(),
                repairs.sum(),
                shed.sum(),
                dropped.sum(),
                tooOld.sum(),
                purged.sum(),
                forgotten.sum(),
                truncations.sum(),
                handedOver.sum(),
                new Exchanges(
                        exchanges.sum(),
                        exchangesGivenUp.sum(),
                        hashes.sum(),
                        exchangeRepairs.sum(),
                        lostPartitions.sum()),
                buffer.figures());
    }

    /**
     * Figures since the node started.
     *
     * @param reads reads answered
     * @param readNanos time they took together
     * @param writes writes acknowledged
     * @param writeNanos time they took together
     * @param failures requests that failed
     * @param siblings reads that found several versions
     * @param repairs replicas brought up to date after a read
     * @param shed requests refused because of a limit
     * @param dropped frames of other nodes dropped because of a limit
     * @param tooOld requests of other nodes dropped because they may have been under way for too long
     * @param purged deleted records removed
     * @param forgotten records that have forgotten entries of runs that are over
     * @param truncations writes that made their record forget entries
     * @param handedOver records that owners took from this node, which had kept them for them
     * @param exchanges comparisons with other owners that this node began
     * @param buffer what is acknowledged before the engine has it
     */
    public record Figures(
            long reads,
            long readNanos,
            long writes,
            long writeNanos,
            long failures,
            long siblings,
            long repairs,
            long shed,
            long dropped,
            long tooOld,
            long purged,
            long forgotten,
            long truncations,
            long handedOver,
            Exchanges exchanges,
            WriteBuffer.Figures buffer) {}

    /**
     * Comparisons of partitions with other owners'.
     *
     * @param count how many ended
     * @param givenUp how many of them because the other did not answer, or refused
     * @param hashes digests sent
     * @param repaired records of which one owner, or both, lacked something
     * @param lost partitions on which this node caught up although no owner had kept its data
     */
    public record Exchanges(long count, long givenUp, long hashes, long repaired, long lost) {}
}
