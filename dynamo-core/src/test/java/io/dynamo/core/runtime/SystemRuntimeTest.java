package io.dynamo.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SystemRuntimeTest {

    private static final long LONG = TimeUnit.MINUTES.toNanos(1);

    @Test
    void await_completeStage_isAnsweredWhateverTheLimit() throws InterruptedException, TimeoutException {
        try (SystemRuntime runtime = new SystemRuntime("a")) {
            assertThat(runtime.await(CompletableFuture.completedFuture("x"), 0)).isEqualTo("x");
            assertThatThrownBy(() ->
                            runtime.await(CompletableFuture.failedFuture(new IllegalArgumentException("mine")), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("mine");
        }
    }

    @Test
    void random_eachLabel_isAStreamOfItsOwnThatDoesNotRepeat() {
        try (SystemRuntime runtime = new SystemRuntime("a")) {
            RandomGenerator one = runtime.random("one");
            RandomGenerator same = runtime.random("one");
            Set<Long> drawn = new HashSet<>();
            for (int i = 0; i < 1_000; i++) {
                drawn.add(one.nextLong());
                drawn.add(same.nextLong());
                assertThat(one.nextDouble()).isBetween(0.0, 1.0);
            }

            assertThat(drawn).hasSize(2_000);
        }
    }

    @Test
    void toTick_anyDelay_isNeverShorterAndEndsAtAWholeMillisecond() {
        long tick = TimeUnit.MILLISECONDS.toNanos(1);
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long now = random.nextLong() >>> 1;
            long delay = 1 + (random.nextLong(TimeUnit.MINUTES.toNanos(1)) >>> random.nextInt(36));
            long until = SystemRuntime.toTick(now, delay);

            assertThat(until).isBetween(delay, delay + tick - 1);
            assertThat(Math.floorMod(now + until, tick)).isZero();
        }
        assertThat(SystemRuntime.toTick(1, 0)).isZero();
        assertThat(SystemRuntime.toTick(1, -5)).isEqualTo(-5);
        assertThat(SystemRuntime.toTick(Long.MAX_VALUE, 7)).isBetween(7L, 7 + tick);
        assertThat(SystemRuntime.toTick(1, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void await_timeIsOver_saysSo() {
        try (SystemRuntime runtime = new SystemRuntime("a")) {
            assertThatThrownBy(() -> runtime.await(new CompletableFuture<>(), TimeUnit.MILLISECONDS.toNanos(5)))
                    .isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void await_interrupted_keepsTheFlag() {
        try (SystemRuntime runtime = new SystemRuntime("a")) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> runtime.await(new CompletableFuture<>(), LONG))
                    .isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void await_onOwnThread_isRefusedEvenIfNothingHasToBeWaitedFor() {
        try (SystemRuntime runtime = new SystemRuntime("a")) {
            CompletableFuture<String> waited = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return runtime.await(CompletableFuture.completedFuture("x"), LONG);
                        } catch (InterruptedException | TimeoutException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    runtime.callbacks());

            assertThatThrownBy(waited::join)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("dynamo-a-callback")
                    .hasMessageContaining("Store.async()")
                    .hasMessageContaining("close");
        }
    }

    @Test
    void callbacks_afterClose_stillRunTheLastOnes() {
        SystemRuntime runtime = new SystemRuntime("a");
        CompletableFuture<Void> first = new CompletableFuture<>();
        // A chain of callbacks: each is handed over when the one before it is done.
        CompletableFuture<String> last = first.thenApplyAsync(ignored -> "one", runtime.callbacks())
                .thenApplyAsync(one -> one + " two", runtime.callbacks());
        runtime.close();

        first.complete(null);

        assertThat(last.orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo("one two");
    }
}
