package io.dynamo.storage.rocksdb;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the calls inside native code, so that it is torn down only when the last has left: RocksDB answers a call on a
 * closed handle with a crash of the whole process.
 */
final class Guard {

    /** Added on close: from then on the count is negative, and equal to this when nobody is inside. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger calls = new AtomicInteger();

    /** Says whether the caller may go on; if so it must {@link #exit}. */
    boolean enter() {
        if (calls.incrementAndGet() < 0) {
            exit();
            return false;
        }
        return true;
    }

    void exit() {
        if (calls.decrementAndGet() == CLOSED) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Lets nobody in any more and waits until all are out. To be called once. */
    void close() {
        calls.addAndGet(CLOSED);
        Uninterrupted.await(this::awaitEmpty);
    }

    private synchronized void awaitEmpty() throws InterruptedException {
        while (calls.get() != CLOSED) {
            wait();
        }
    }
}
