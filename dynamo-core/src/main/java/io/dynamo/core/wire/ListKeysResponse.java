package io.dynamo.core.wire;

import io.dynamo.core.causality.VersionSet;
import java.util.List;

/**
 * A page of keys.
 *
 * @param request names the request
 * @param entries in the order of the engine
 * @param more whether another page follows
 */
public record ListKeysResponse(long request, List<Entry> entries, boolean more) implements Message.Response {

    /**
     * Checks that a page leads on.
     *
     * @param request see the record
     * @param entries see the record
     * @param more see the record
     */
    public ListKeysResponse {
        if (more && entries.isEmpty()) {
            throw new IllegalArgumentException("an empty page that says there are more");
        }
    }

    /**
     * A key and what is known of it.
     *
     * @param key the application's key
     * @param set what is known, without the values
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
    public record Entry(byte[] key, VersionSet set) {}
}
