package io.dynamo.core;

import io.dynamo.api.Context;
import io.dynamo.core.causality.ContextTokens;
import io.dynamo.core.causality.HybridClock;
import io.dynamo.core.config.NodeSettings;
import io.dynamo.core.coordinate.Session;
import java.util.function.LongSupplier;

/** What contexts stand for when they are given as session tokens. Thread: any. */
final class Sessions {

    private final NodeSettings settings;
    private final ContextTokens tokens;
    private final LongSupplier wallMillis;

    Sessions(NodeSettings settings, ContextTokens tokens, LongSupplier wallMillis) {
        this.settings = settings;
        this.tokens = tokens;
        this.wallMillis = wallMillis;
    }

    /**
     * The session of a token. How old it is, is told by the newest write it has seen: that may be purged at that age, and
     * who waited for it would wait for ever. Of what is older in a younger token, only what runs have left that are over may
     * be forgotten.
     */
    Session of(Context token, String store, byte[] key) {
        if (settings.store(store).clockTruncation().isPresent()) {
            throw new IllegalArgumentException("option session cannot be given for store " + store + ", which forgets"
                    + " what was seen (stores." + store + ".clock-truncation = "
                    + settings.store(store).clockTruncation().orElseThrow()
                    + "), so that nobody can tell whether a read is older than its session: leave the option out, or"
                    + " the setting");
        }
        ContextTokens.Seen seen = tokens.open(token, store, key);
        long lifeBeganMillis =
                wallMillis.getAsLong() - settings.requests().sessionLifetime().toMillis();
        boolean isExpired =
                seen.highestTimestamp() != 0 && HybridClock.millis(seen.highestTimestamp()) < lifeBeganMillis;
        return new Session(seen.causal(), isExpired, lifeBeganMillis);
    }
}
