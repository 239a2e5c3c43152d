package io.dynamo.api;

import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What its holder has seen of one key, as an opaque token (Dynamo §4.1). A read returns it, a write takes it: the write
 * replaces the versions the context covers, and nothing else.
 *
 * <p>Made and checked by nodes; an application only carries it, for example through a web form as
 * {@linkplain #toToken() text}.
 */
public abstract class Context {

    /** The longest token a node accepts, in bytes. */
    public static final int MAX_BYTES = 4096;

    private static final Context NONE = new Token(new byte[0]);

    // Filled when the token first leaves the process. A race encodes twice, to the same bytes.
    private byte @Nullable [] bytes;

    /** For the node that makes contexts; applications get theirs from reads and writes. */
    protected Context() {}

    /**
     * The bytes of the token; called when they are first needed.
     *
     * @return a fresh array
     */
    protected abstract byte[] encoded();

    /**
     * "I have seen nothing": an explicit blind write. It makes a sibling of whatever is there, or is refused, as the
     * store is configured. This is not the context of a read that found nothing.
     *
     * @return the empty context
     */
    public static Context none() {
        return NONE;
    }

    /**
     * Wraps the bytes of a token. Whether they are valid is judged by the node that is given the context.
     *
     * @param bytes what {@link #toBytes()} returned
     * @return the context
     * @throws InvalidContextException if longer than {@link #MAX_BYTES}
     */
    public static Context ofBytes(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new InvalidContextException(
                    "context token of " + bytes.length + " bytes; at most " + MAX_BYTES + " are allowed");
        }
        return bytes.length == 0 ? NONE : new Token(bytes.clone());
    }

    /**
     * Reads the text form of a token.
     *
     * @param token what {@link #toToken()} returned
     * @return the context
     * @throws InvalidContextException if it is too long or not base64url
     */
    public static Context fromToken(String token) {
        if (token.length() > MAX_BYTES * 4 / 3 + 4) {
            throw new InvalidContextException("context token of " + token.length() + " characters is too long");
        }
        try {
            return ofBytes(Base64.getUrlDecoder().decode(token));
        } catch (IllegalArgumentException e) {
            throw new InvalidContextException("context token is not base64url: " + e.getMessage());
        }
    }

    /**
     * The token as bytes.
     *
     * @return a copy
     */
    public final byte[] toBytes() {
        return token().clone();
    }

    /**
     * The token as URL-safe text.
     *
     * @return base64url without padding; empty for {@link #none()}
     */
    public final String toToken() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token());
    }

    /**
     * Whether this is {@link #none()}.
     *
     * @return true for the explicit blind write
     */
    public final boolean isNone() {
        return this instanceof Token given && given.token.length == 0;
    }

    private byte[] token() {
        byte[] token = bytes;
        if (token == null) {
            token = encoded();
            bytes = token;
        }
        return token;
    }

    @Override
    public final boolean equals(Object other) {
        return this == other || (other instanceof Context that && Arrays.equals(token(), that.token()));
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(token());
    }

    @Override
    public final String toString() {
        // Not the token: it may be long, and it is no one's to read.
        return isNone() ? "Context[none]" : "Context[...]";
    }

    private static final class Token extends Context {
        private final byte[] token;

        Token(byte[] token) {
            this.token = token;
        }

        @Override
        protected byte[] encoded() {
            return token;
        }
    }
}
