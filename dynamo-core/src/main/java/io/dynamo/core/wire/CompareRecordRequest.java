package io.dynamo.core.wire;

import io.dynamo.core.causality.VersionSet;

/**
 * Tells another owner what the asker knows of a key, without the values, so that only what is missing is sent.
 *
 * @param request names the request
 * @param store its store
 * @param key the application's key
 * @param known what the asker knows, without the values; empty if it never heard of the key
 * @param timeoutMicros how long the asker waits
 */
@SuppressWarnings("ArrayRecordComponent") // handed over for good, never compared
public record CompareRecordRequest(long request, String store, byte[] key, VersionSet known, long timeoutMicros)
        implements Message.Request {}
