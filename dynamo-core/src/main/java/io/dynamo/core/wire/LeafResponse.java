package io.dynamo.core.wire;

import io.dynamo.core.tree.Digest;
import java.util.List;

/**
 * Keys below a node of a hash tree, and their digests.
 *
 * @param request names the request
 * @param entries in the order of the tree
 * @param more whether others follow
 */
public record LeafResponse(long request, List<Entry> entries, boolean more) implements Message.Response {

    /**
     * A key and the digest of its record.
     *
     * @param key the application's key
     * @param digest of the record
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
    public record Entry(byte[] key, Digest digest) {}

    /**
     * Copies the list.
     *
     * @param request see the record
     * @param entries see the record
     * @param more see the record
     */
    public LeafResponse {
        entries = List.copyOf(entries);
        if (more && entries.isEmpty()) {
            throw new IllegalArgumentException("an empty page that others follow");
        }
    }
}
