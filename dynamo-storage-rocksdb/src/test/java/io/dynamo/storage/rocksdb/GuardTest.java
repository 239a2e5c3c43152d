package io.dynamo.storage.rocksdb;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GuardTest {

    @Test
    void close_waitsForThoseInside_andTurnsOthersAway() throws Exception {
        Guard guard = new Guard();
        assertThat(guard.enter()).isTrue();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread closer = new Thread(() -> {
            guard.close();
            closed.complete(null);
        });
        closer.start();
        while (guard.enter()) {
            guard.exit();
            Thread.onSpinWait();
        }
        assertThat(closed).isNotDone();
        guard.exit();
        closed.get(30, SECONDS);
        assertThat(guard.enter()).isFalse();
    }

    @Test
    void nobody_isInside_onceCloseReturned() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 200; round++) {
                Guard guard = new Guard();
                AtomicBoolean gone = new AtomicBoolean();
                List<Future<Boolean>> callers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    callers.add(pool.submit(() -> {
                        boolean safe = true;
                        while (guard.enter()) {
                            safe &= !gone.get();
                            guard.exit();
                        }
                        return safe;
                    }));
                }
                guard.close();
                gone.set(true);
                for (Future<Boolean> caller : callers) {
                    assertThat(caller.get(30, SECONDS)).isTrue();
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
