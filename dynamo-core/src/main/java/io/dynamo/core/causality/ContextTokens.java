package io.dynamo.core.causality;

import io.dynamo.api.Context;
import io.dynamo.api.InvalidContextException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks context tokens (Dynamo §4.1: the validity of the context is verified). A token names its store and key
 * and carries a MAC under the cluster's secret, so that one made for something else, or changed, is refused.
 *
 * <p>Thread: safe for use by many threads.
 */
public final class ContextTokens {

    private static final int FORMAT = 1;
    private static final int MAC_BYTES = 12;
    private static final int KEY_BYTES_SHOWN = 64;
    private static final String MAC_ALGORITHM = "HmacSHA256";

    private final SecretKeySpec secret;
    private final int maxBytes;

    /**
     * Tokens of one cluster.
     *
     * @param cluster its name
     * @param secret its secret
     * @param maxBytes the longest token made or accepted
     */
    public ContextTokens(String cluster, String secret, int maxBytes) {
        this.secret = new SecretKeySpec((cluster + '\0' + secret).getBytes(StandardCharsets.UTF_8), MAC_ALGORITHM);
        this.maxBytes = maxBytes;
    }

    /**
     * What a caller has seen of a key.
     *
     * @param store the store's name
     * @param key the key
     * @param seen the versions seen
     * @param highestTimestamp the highest timestamp among them
     * @return the context; encoded only when it leaves the process
     */
    public Context context(String store, byte[] key, CausalContext seen, long highestTimestamp) {
        return new Seen(this, store, key, seen, highestTimestamp);
    }

    /**
     * Opens a context that a caller gave.
     *
     * @param context not {@link Context#none()}
     * @param store the store it is used for
     * @param key the key it is used for
     * @return what the caller has seen
     * @throws InvalidContextException if it was not made for this cluster, store and key
     */
    public Seen open(Context context, String store, byte[] key) {
        if (context instanceof Seen seen && seen.tokens.secret.equals(secret)) {
            if (!seen.store.equals(store) || !Arrays.equals(seen.key, key)) {
                throw new InvalidContextException("the context was made for " + where(seen.store, seen.key)
                        + " and is used for " + where(store, key));
            }
            return seen;
        }
        if (context.isNone()) {
            throw new InvalidContextException(
                    "no context for " + where(store, key) + ": it stands for having seen nothing, and covers nothing");
        }
        byte[] token = context.toBytes();
        if (token.length > maxBytes || token.length <= MAC_BYTES) {
            throw new InvalidContextException("a context token of " + token.length + " bytes for " + where(store, key)
                    + "; " + (MAC_BYTES + 1) + " to " + maxBytes + " are allowed");
        }
        int end = token.length - MAC_BYTES;
        byte[] expected = mac(store, key, Arrays.copyOf(token, end));
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(token, end, token.length))) {
            throw new InvalidContextException("the context token was not made for " + where(store, key)
                    + " of this cluster, or was changed on its way; read the key again");
        }
        return read(token, end, store, key);
    }

    private Seen read(byte[] token, int end, String store, byte[] key) {
        Bytes.Reader in = new Bytes.Reader(token, 0, end);
        if (in.u8() != FORMAT) {
            throw new InvalidContextException("the context token has a format this version does not know");
        }
        try {
            long timestamp = in.varint();
            CausalContext seen = VersionSetCodec.readContext(in);
            in.end();
            return new Seen(this, store, key, seen, timestamp);
        } catch (IllegalArgumentException e) {
            // Its MAC is right: only someone who has the secret, or an unknown version, could have made it.
            throw new InvalidContextException("the context token for " + where(store, key) + " is " + e.getMessage());
        }
    }

    private byte[] encode(Seen seen) {
        Bytes.Writer out = new Bytes.Writer(64).u8(FORMAT).varint(seen.highestTimestamp);
        VersionSetCodec.writeContext(out, seen.causal);
        byte[] body = out.done();
        if (body.length + MAC_BYTES > maxBytes) {
            throw new InvalidContextException("the context of " + where(seen.store, seen.key) + " needs "
                    + (body.length + MAC_BYTES) + " bytes; limits.context is " + maxBytes);
        }
        byte[] token = Arrays.copyOf(body, body.length + MAC_BYTES);
        System.arraycopy(mac(seen.store, seen.key, body), 0, token, body.length, MAC_BYTES);
        return token;
    }

    private byte[] mac(String store, byte[] key, byte[] body) {
        try {
            Mac mac = Mac.getInstance(MAC_ALGORITHM);
            mac.init(secret);
            mac.update(store.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, key.length));
            mac.update(key);
            return Arrays.copyOf(mac.doFinal(body), MAC_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC_ALGORITHM, e);
        }
    }

    private static String where(String store, byte[] key) {
        String text = new String(key, 0, Math.min(key.length, KEY_BYTES_SHOWN), StandardCharsets.UTF_8);
        return store + "/" + text + (key.length > KEY_BYTES_SHOWN ? "... (" + key.length + " bytes)" : "");
    }

    /** A context within the cluster that made it. */
    public static final class Seen extends Context {
        private final ContextTokens tokens;
        private final String store;
        private final byte[] key;
        private final CausalContext causal;
        private final long highestTimestamp;

        private Seen(ContextTokens tokens, String store, byte[] key, CausalContext causal, long highestTimestamp) {
            this.tokens = tokens;
            this.store = store;
            this.key = key;
            this.causal = causal;
            this.highestTimestamp = highestTimestamp;
        }

        /**
         * The versions seen.
         *
         * @return the set of dots
         */
        public CausalContext causal() {
            return causal;
        }

        /**
         * The highest timestamp among the versions seen.
         *
         * @return 0 if none was
         */
        public long highestTimestamp() {
            return highestTimestamp;
        }

        @Override
        protected byte[] encoded() {
            return tokens.encode(this);
        }
    }
}
