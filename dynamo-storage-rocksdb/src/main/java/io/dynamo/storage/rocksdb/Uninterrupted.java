package io.dynamo.storage.rocksdb;

/** Waits that have to be waited out: an interrupt is kept for the caller, not obeyed. */
final class Uninterrupted {

    private Uninterrupted() {}

    @FunctionalInterface
    interface Wait {
        void run() throws InterruptedException;
    }

    static void await(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.run();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
