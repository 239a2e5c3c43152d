package io.dynamo.core;

import io.dynamo.api.Context;
import io.dynamo.api.Option;
import io.dynamo.api.WriteId;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.config.NodeSettings.RequestDefaults;
import io.dynamo.core.config.NodeSettings.StoreSettings;
import io.dynamo.core.coordinate.ReadPlan;
import io.dynamo.core.coordinate.WritePlan;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a request of one store asks for: its options over a profile over the store's defaults. Immutable; the plan of a
 * request without options is made once.
 */
final class Plans {

    private final NodeSettings settings;
    private final String store;
    private final StoreSettings storeSettings;
    private final ReadPlan plainRead;
    private final WritePlan plainWrite;

    Plans(NodeSettings settings, String store) {
        this.settings = settings;
        this.store = store;
        this.storeSettings = settings.store(store);
        this.plainRead = read(new Given());
        this.plainWrite = write(new Given());
    }

    ReadPlan read(Option... options) {
        return options.length == 0 ? plainRead : read(gather(options));
    }

    WritePlan write(Option... options) {
        return options.length == 0 ? plainWrite : write(gather(options));
    }

    /** The name that the caller gave the write. */
    static Option.@Nullable Id name(Option... options) {
        Option.Id name = null;
        for (Option option : options) {
            name = option instanceof Option.Id given ? given : name;
        }
        return name;
    }

    /** What the caller has seen of the key it reads. */
    static Context session(Option... options) {
        Context session = Context.none();
        for (Option option : options) {
            session = option instanceof Option.Session given ? given.seen() : session;
        }
        return session;
    }

    /** The write that the caller says may have been tried before. */
    static @Nullable WriteId repeated(Option... options) {
        Option.Id name = name(options);
        return name != null && name.repeated() ? name.id() : null;
    }

    private ReadPlan read(Given given) {
        int r = given.pick(RequestDefaults::r, given.r).orElse(1);
        int pr = given.pick(RequestDefaults::pr, given.pr).orElse(0);
        check("r", r, 1, storeSettings.n());
        check("pr", pr, 0, storeSettings.n());
        return new ReadPlan(
                Math.max(r, pr),
                pr,
                given.askAll || given.pick(RequestDefaults::askAll, null).orElse(false),
                timeout(given),
                given.trace);
    }

    private WritePlan write(Given given) {
        int w = given.pick(RequestDefaults::w, given.w).orElse(1);
        int pw = given.pick(RequestDefaults::pw, given.pw).orElse(0);
        int durable = given.pick(RequestDefaults::durable, given.durable).orElse(0);
        check("w", w, 1, storeSettings.n());
        check("pw", pw, 0, storeSettings.n());
        check("durable", durable, 0, storeSettings.n());
        return new WritePlan(Math.max(w, pw), pw, durable, timeout(given), given.trace, lifetimeMillis(given));
    }

    private long lifetimeMillis(Given given) {
        Duration lifetime =
                given.lifetime == null ? storeSettings.expiresAfter().orElse(null) : given.lifetime;
        return lifetime == null ? 0 : lifetime.toMillis();
    }

    private static long timeout(Given given) {
        Duration configured =
                given.pick(RequestDefaults::timeout, given.timeout).orElse(Duration.ofSeconds(1));
        Duration most = given.timeoutMost;
        return (most != null && most.compareTo(configured) < 0 ? most : configured).toNanos();
    }

    private void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + " = " + value + " for store " + store + "; allowed: " + min + " to n = " + max);
        }
    }

    private Given gather(Option... options) {
        Given given = new Given();
        for (Option option : options) {
            if (option instanceof Option.Replicas replicas) {
                given.count(replicas);
            } else if (option instanceof Option.Timeout timeout) {
                given.take(timeout);
            } else if (option instanceof Option.Lifetime limited) {
                given.lifetime = limited.lifetime();
            } else if (option instanceof Option.Profile profile) {
                given.profile = profile(profile.name());
            } else if (option == Option.Flag.ASK_ALL) {
                given.askAll = true;
            } else if (option == Option.Flag.TRACE) {
                given.trace = true;
            }
        }
        return given;
    }

    private RequestDefaults profile(String name) {
        RequestDefaults profile = settings.profiles().get(name);
        if (profile == null) {
            throw new IllegalArgumentException("profile '" + name + "' is not configured; known profiles: "
                    + settings.profiles().keySet());
        }
        return profile;
    }

    /** The options of one request. */
    private final class Given {
        @Nullable
        Integer r;

        @Nullable
        Integer w;

        @Nullable
        Integer pr;

        @Nullable
        Integer pw;

        @Nullable
        Integer durable;

        @Nullable
        Duration timeout;

        @Nullable
        Duration timeoutMost;

        @Nullable
        Duration lifetime;

        @Nullable
        RequestDefaults profile;

        boolean askAll;
        boolean trace;

        void take(Option.Timeout given) {
            if (given.onlyShortens()) {
                timeoutMost = given.limit();
            } else {
                timeout = given.limit();
            }
        }

        void count(Option.Replicas replicas) {
            switch (replicas.kind()) {
                case R -> r = replicas.count();
                case W -> w = replicas.count();
                case PR -> pr = replicas.count();
                case PW -> pw = replicas.count();
                case DURABLE -> durable = replicas.count();
            }
        }

        <T> Optional<T> pick(Function<RequestDefaults, Optional<T>> field, @Nullable T option) {
            if (option != null) {
                return Optional.of(option);
            }
            RequestDefaults named = profile;
            Optional<T> fromProfile = named == null ? Optional.empty() : field.apply(named);
            if (fromProfile.isPresent()) {
                return fromProfile;
            }
            Optional<T> fromStore = field.apply(storeSettings.defaults());
            return fromStore.isPresent()
                    ? fromStore
                    : field.apply(settings.storeDefaults().defaults());
        }
    }
}
