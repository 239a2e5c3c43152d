package io.dynamo.core.coordinate;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one lane that wait for answers, found by an id that also names the lane: {@code [sequence, 40
 * bits][slot, 16 bits][lane, 8 bits]}. A slot that is used again gets another sequence, so that late answers find nothing.
 */
final class InFlight {

    static final int LANES_MAX = 256;
    private static final int LANE_BITS = 8;
    private static final int SLOT_BITS = 16;
    private static final int SLOTS_MAX = 1 << SLOT_BITS;

    private final int lane;
    private @Nullable PendingRequest[] slots = new PendingRequest[16];
    private int[] free = new int[16];
    private int freeCount;
    private int used;
    private long sequence;

    InFlight(int lane, long firstSequence) {
        this.lane = lane;
        this.sequence = firstSequence;
    }

    /** The lane that a request id belongs to. */
    static int laneOf(long id) {
        return (int) (id & LANES_MAX - 1);
    }

    /** More than this do not come through the node's door; reads that wait for stragglers are not counted there. */
    boolean isFull() {
        return used - freeCount >= SLOTS_MAX;
    }

    void add(PendingRequest request) {
        int slot = freeCount > 0 ? free[--freeCount] : nextSlot();
        slots[slot] = request;
        request.id = ++sequence << SLOT_BITS + LANE_BITS | (long) slot << LANE_BITS | lane;
    }

    @Nullable
    PendingRequest find(long id) {
        int slot = slotOf(id);
        PendingRequest request = slot < used ? slots[slot] : null;
        return request != null && request.id == id ? request : null;
    }

    void remove(PendingRequest request) {
        int slot = slotOf(request.id);
        if (slots[slot] != request) {
            return;
        }
        slots[slot] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, free.length * 2);
        }
        free[freeCount++] = slot;
    }

    void forEach(Consumer<PendingRequest> action) {
        for (int slot = 0; slot < used; slot++) {
            PendingRequest request = slots[slot];
            if (request != null) {
                action.accept(request);
            }
        }
    }

    int size() {
        return used - freeCount;
    }

    private int nextSlot() {
        if (used == slots.length) {
            slots = Arrays.copyOf(slots, used * 2);
        }
        return used++;
    }

    private static int slotOf(long id) {
        return (int) (id >>> LANE_BITS) & SLOTS_MAX - 1;
    }
}
