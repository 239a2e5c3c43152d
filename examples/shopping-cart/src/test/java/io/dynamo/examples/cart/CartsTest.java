package io.dynamo.examples.cart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamo.api.AsyncStore;
import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.Read;
import io.dynamo.api.Store;
import io.dynamo.api.Trace;
import io.dynamo.api.WriteId;
import io.dynamo.api.Written;
import io.dynamo.api.cart.AddWinsCart;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** One request has one clock, whatever it is made of: a store that takes its time is given less for each further step. */
class CartsTest {

    private static final Duration TIMEOUT = Duration.ofMillis(1_000);
    private static final Duration STEP = Duration.ofMillis(400);

    private record Found(
            Optional<AddWinsCart> value,
            List<AddWinsCart> siblings,
            Context context,
            boolean sessionExpired,
            Trace trace)
            implements Read<AddWinsCart> {}

    private final List<String> calls = new ArrayList<>();
    private final CompletableFuture<Optional<AddWinsCart>> updated = new CompletableFuture<>();
    private long nanos = 5;
    private final Carts carts = new Carts(store(), TIMEOUT, () -> nanos);

    @Test
    void remove_withoutContext_readsChangesAndReadsAgainInOneTimeout() {
        updated.complete(Optional.of(AddWinsCart.EMPTY));
        carts.remove("x", "pen", Optional.empty());
        assertThat(calls).containsExactly("get 1000", "update 600", "get 200");
    }

    @Test
    void add_afterASlowUpdate_readsBackInWhatIsLeft() {
        updated.complete(Optional.of(AddWinsCart.EMPTY));
        carts.add("x", "pen", 1, Optional.empty());
        assertThat(calls).containsExactly("update 1000", "get 600");
    }

    @Test
    void add_onAContext_sharesTheTimeAsWell() {
        carts.add("x", "pen", 1, Optional.of(new CartContext(Context.none(), AddWinsCart.EMPTY)));
        assertThat(calls).containsExactly("put 1000", "get 600");
    }

    @Test
    void step_thatBeginsTooLate_stillGetsAMoment() {
        nanos = -TIMEOUT.toNanos();
        updated.complete(Optional.of(AddWinsCart.EMPTY));
        Carts late = new Carts(store(), STEP.dividedBy(2), () -> nanos);
        late.remove("x", "pen", Optional.empty());
        assertThat(calls).containsExactly("get 200", "update 50", "get 50");
    }

    @Test
    void update_thatNobodyAnswers_timesOut() {
        Carts impatient = new Carts(store(), Duration.ofMillis(1), () -> nanos);
        assertThatThrownBy(() -> impatient.add("x", "pen", 1, Optional.empty()))
                .isInstanceOf(Carts.TimedOutException.class)
                .hasMessage("update of cart x was not acknowledged within 1 ms");
    }

    /** Every call takes 400 ms, finds a pen, and is noted with the limit it was given. */
    @SuppressWarnings("unchecked")
    private Store<AddWinsCart> store() {
        AddWinsCart pen = AddWinsCart.EMPTY.add("pen", 1).stamp(1, 1);
        Found found = new Found(Optional.of(pen), List.of(pen), Context.none(), false, Trace.EMPTY);
        AsyncStore<AddWinsCart> async = (AsyncStore<AddWinsCart>) proxy(AsyncStore.class, (self, method, arguments) -> {
            note(method.getName(), arguments);
            return updated;
        });
        return (Store<AddWinsCart>) proxy(Store.class, (self, method, arguments) -> {
            if (method.getName().equals("async")) {
                return async;
            }
            note(method.getName(), arguments);
            return method.getName().equals("get")
                    ? found
                    : new Written(Context.none(), new WriteId(1, 1), "a", List.of(), List.of(), Trace.EMPTY);
        });
    }

    private void note(String name, Object[] arguments) {
        Option[] options = (Option[]) arguments[arguments.length - 1];
        Option.Timeout timeout = (Option.Timeout) options[0];
        calls.add(name + " " + timeout.limit().toMillis());
        nanos += STEP.toNanos();
    }

    private static Object proxy(Class<?> type, InvocationHandler handler) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler);
    }
}
