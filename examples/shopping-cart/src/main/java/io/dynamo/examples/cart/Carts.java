package io.dynamo.examples.cart;

import io.dynamo.api.Context;
import io.dynamo.api.DynamoException;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.api.Store;
import io.dynamo.api.Written;
import io.dynamo.api.cart.AddWinsCart;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * What can be done with a cart, through one node.
 *
 * <p>Thread: any; every call ends within the request timeout.
 */
final class Carts {

    /** However late it is, a step of a request gets at least this long. */
    private static final long STEP_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(50);

    // An actor names one write here, so it must be drawn from more than a clock.
    private static final SecureRandom ACTORS = new SecureRandom();

    private final Store<AddWinsCart> store;
    private final Duration timeout;
    private final LongSupplier nanos;

    Carts(Store<AddWinsCart> store, Duration timeout) {
        this(store, timeout, System::nanoTime);
    }

    /** With a clock of one's own. */
    Carts(Store<AddWinsCart> store, Duration timeout, LongSupplier nanos) {
        this.store = store;
        this.timeout = timeout;
        this.nanos = nanos;
    }

    CartView read(String id) {
        return CartView.of(id, store.get(id, Option.timeout(timeout)));
    }

    /** Adds to the quantity of a sku. */
    CartView add(String id, String sku, int quantity, Optional<CartContext> seen) {
        return change(nanos.getAsLong(), id, seen, cart -> cart.add(sku, quantity));
    }

    /** Removes a sku, that is, the adds of it that the caller, or the node if no context is given, has seen. */
    CartView remove(String id, String sku, Optional<CartContext> seen) {
        long start = nanos.getAsLong();
        if (seen.isEmpty()) {
            Read<AddWinsCart> read = store.get(id, Option.timeout(left(start)));
            if (!read.value().orElse(AddWinsCart.EMPTY).items().containsKey(sku)) {
                return CartView.of(id, read);
            }
        }
        return change(start, id, seen, cart -> cart.remove(sku));
    }

    private CartView change(long start, String id, Optional<CartContext> seen, UnaryOperator<AddWinsCart> change) {
        CartContext written =
                seen.isPresent() ? putOn(id, seen.get(), change, left(start)) : update(id, change, left(start));
        try {
            return CartView.of(id, store.get(id, Option.timeout(left(start))));
        } catch (DynamoException e) {
            // The write has succeeded, and that is what was asked.
            return CartView.ofWrite(id, written);
        }
    }

    /** All steps of a request share its time. */
    private Duration left(long start) {
        long left = timeout.toNanos() - (nanos.getAsLong() - start);
        return Duration.ofNanos(Math.max(left, STEP_NANOS_MIN));
    }

    /**
     * Reads, changes and writes inside the store, which loses no concurrent change. The wait is bounded here, since an
     * update may queue behind others of the same cart and repeats what is safe to repeat.
     */
    private CartContext update(String id, UnaryOperator<AddWinsCart> change, Duration limit) {
        CompletionStage<Optional<AddWinsCart>> updated = store.async()
                .update(id, old -> Optional.of(change.apply(old.orElse(AddWinsCart.EMPTY))), Option.timeout(limit));
        Optional<AddWinsCart> cart = await("update of cart " + id, updated, limit);
        // Without the read's context: a write on top of it becomes a sibling, which is safe.
        return new CartContext(Context.none(), cart.orElse(AddWinsCart.EMPTY));
    }

    /**
     * Writes on top of what the caller has seen; if others wrote since, both remain as siblings. The change is named here
     * and not by the store, because it is made to an old cart: a random actor that is used for this one write can never
     * name two changes. It costs the cart about ten bytes for each such write.
     */
    private CartContext putOn(String id, CartContext seen, UnaryOperator<AddWinsCart> change, Duration limit) {
        AddWinsCart changed = change.apply(seen.cart());
        if (!changed.hasPendingChanges()) {
            return seen;
        }
        AddWinsCart stamped = changed.stamp(ACTORS.nextLong(), 1);
        Written written = store.put(id, stamped, seen.context(), Option.timeout(limit));
        return new CartContext(written.context(), stamped);
    }

    private <T> T await(String operation, CompletionStage<T> stage, Duration limit) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        try {
            // A little longer than the store waits itself: its own failure knows more.
            return future.get(limit.toNanos() + STEP_NANOS_MIN, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new CompletionException(e.getCause());
        } catch (TimeoutException | CancellationException e) {
            throw new TimedOutException(operation, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimedOutException(operation, timeout);
        }
    }

    /** A write was not acknowledged in time; it may still become visible. */
    static final class TimedOutException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TimedOutException(String operation, Duration timeout) {
            super(operation + " was not acknowledged within " + timeout.toMillis() + " ms");
        }
    }
}
