package io.dynamo.core.wire;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts chunks together again. Chunks may be lost, doubled and overtaken; a message comes out when all of its chunks are
 * there and its checksum is right. Nothing is believed of what has not arrived: memory is taken piece by piece.
 *
 * <p>At a limit, the sender that holds most loses its oldest message, so that one that never finishes is in nobody's way but
 * its own.
 *
 * <p>Thread: one lane; figures by any.
 */
public final class Assembly {

    /** What keeping a piece costs beside its bytes, roughly. */
    private static final int PIECE_BYTES_EXTRA = 64;

    private final Limits limits;
    private final Map<String, Sender> senders = new TreeMap<>();
    private final LongAdder overLimit = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private long bytes;
    private long messages;

    /**
     * What may wait for its missing chunks.
     *
     * @param bytesMax bytes of pieces, with a little for each
     * @param messagesMax messages
     * @param ageNanosMax how long after its first chunk a message is given up
     */
    public record Limits(long bytesMax, int messagesMax, long ageNanosMax) {}

    /**
     * Messages given up although some of their chunks had come.
     *
     * @param overLimit because others needed the room, or it would never have sufficed
     * @param expired because the rest did not come in time; also the second copies of chunks
     * @param damaged because chunks contradicted each other, or the whole made no sense
     */
    public record Dropped(long overLimit, long expired, long damaged) {}

    /** Chunks belong together if all of this is alike. */
    private record Name(long transfer, int count, int total, long session, long placement) {}

    private static final class Transfer {
        final long startNanos;
        // A message is as old as its oldest chunk.
        long heard = Long.MAX_VALUE;
        final Map<Integer, byte[]> pieces = new TreeMap<>();
        long bytes;

        Transfer(long startNanos) {
            this.startNanos = startNanos;
        }
    }

    private static final class Sender {
        // In the order in which their first chunks came.
        final Map<Name, Transfer> transfers = new LinkedHashMap<>();
        long bytes;
    }

    /**
     * Holds nothing yet.
     *
     * @param limits what it may hold
     */
    public Assembly(Limits limits) {
        this.limits = limits;
    }

    /**
     * What holding a chunk takes.
     *
     * @param chunk a chunk
     * @return bytes
     */
    public static long cost(Chunk chunk) {
        return chunk.piece().length + (long) PIECE_BYTES_EXTRA;
    }

    /**
     * Takes a chunk.
     *
     * @param envelope how it came
     * @param chunk what came
     * @param nowNanos the time
     * @return the whole message, addressed as its chunks were; null while it is not complete
     */
    public @Nullable Envelope take(Envelope envelope, Chunk chunk, long nowNanos) {
        expire(nowNanos);
        if (chunk.total() + (long) PIECE_BYTES_EXTRA * chunk.count() > limits.bytesMax()) {
            // Once for all of its chunks.
            overLimit.add(chunk.index() == 0 ? 1 : 0);
            return null;
        }
        Name name = new Name(chunk.transfer(), chunk.count(), chunk.total(), envelope.session(), envelope.placement());
        Sender sender = senders.computeIfAbsent(envelope.from(), from -> new Sender());
        Transfer transfer = sender.transfers.computeIfAbsent(name, first -> {
            messages++;
            return new Transfer(nowNanos);
        });
        transfer.heard = Math.min(transfer.heard, envelope.heard());
        byte[] before = transfer.pieces.putIfAbsent(chunk.index(), chunk.piece());
        if (before != null) {
            if (!Arrays.equals(before, chunk.piece())) {
                remove(envelope.from(), sender, name);
                damaged.increment();
            }
            return null;
        }
        transfer.bytes += cost(chunk);
        sender.bytes += cost(chunk);
        bytes += cost(chunk);
        if (transfer.pieces.size() == chunk.count()) {
            remove(envelope.from(), sender, name);
            return open(envelope, chunk, transfer);
        }
        makeRoom();
        return null;
    }

    private @Nullable Envelope open(Envelope envelope, Chunk last, Transfer transfer) {
        byte[] whole = new byte[last.total()];
        int at = 0;
        for (byte[] piece : transfer.pieces.values()) {
            System.arraycopy(piece, 0, whole, at, piece.length);
            at += piece.length;
        }
        if (CutMessage.nameOf(whole) == last.transfer()) {
            try {
                Message message = MessageCodec.decodeUntimed(whole, last.timeoutMicros());
                if (!(message instanceof Chunk)) {
                    return new Envelope(
                            envelope.from(), envelope.session(), envelope.placement(), transfer.heard, message);
                }
            } catch (IllegalArgumentException e) {
                // Counted below, as is a chunk of chunks.
            }
        }
        damaged.increment();
        return null;
    }

    /**
     * Gives up what is too old.
     *
     * @param nowNanos the time
     */
    public void expire(long nowNanos) {
        for (Iterator<Sender> all = senders.values().iterator(); all.hasNext(); ) {
            Sender sender = all.next();
            Iterator<Transfer> oldest = sender.transfers.values().iterator();
            while (oldest.hasNext()) {
                Transfer transfer = oldest.next();
                if (nowNanos - transfer.startNanos <= limits.ageNanosMax()) {
                    break;
                }
                oldest.remove();
                forget(sender, transfer);
                expired.increment();
            }
            if (sender.transfers.isEmpty()) {
                all.remove();
            }
        }
    }

    private void makeRoom() {
        while (bytes > limits.bytesMax()) {
            dropOldestOf(mostOf(sender -> sender.bytes));
        }
        while (messages > limits.messagesMax()) {
            dropOldestOf(mostOf(sender -> sender.transfers.size()));
        }
    }

    private String mostOf(ToLongFunction<Sender> measure) {
        String most = "";
        long value = -1;
        for (Map.Entry<String, Sender> sender : senders.entrySet()) {
            long its = measure.applyAsLong(sender.getValue());
            if (its > value) {
                most = sender.getKey();
                value = its;
            }
        }
        return most;
    }

    private void dropOldestOf(String id) {
        Sender sender = senders.get(id);
        if (sender == null) {
            throw new IllegalStateException("over a limit, and nobody holds anything");
        }
        remove(id, sender, sender.transfers.keySet().iterator().next());
        overLimit.increment();
    }

    private void remove(String id, Sender sender, Name name) {
        Transfer transfer = sender.transfers.remove(name);
        if (transfer != null) {
            forget(sender, transfer);
        }
        if (sender.transfers.isEmpty()) {
            senders.remove(id);
        }
    }

    private void forget(Sender sender, Transfer transfer) {
        messages--;
        sender.bytes -= transfer.bytes;
        bytes -= transfer.bytes;
    }

    /**
     * Whether nothing waits for missing chunks.
     *
     * @return true if it holds nothing
     */
    public boolean isEmpty() {
        return messages == 0;
    }

    /**
     * What it holds.
     *
     * @return bytes, as the limit counts them
     */
    public long bytes() {
        return bytes;
    }

    /**
     * What was given up so far.
     *
     * @return a snapshot; not atomic over its fields
     */
    public Dropped dropped() {
        return new Dropped(overLimit.sum(), expired.sum(), damaged.sum());
    }
}
