package io.dynamo.core.wire;

import io.dynamo.core.causality.VersionSet;

/**
 * What the other owner of a key knows more, and whether it knows less.
 *
 * @param request names the request
 * @param set all it knows; empty if the asker knows that already
 * @param wanted whether the asker knows something that it does not
 * @param purged whether what the asker knows was removed here, as it is proven that nothing older is left anywhere
 */
public record CompareRecordResponse(long request, VersionSet set, boolean wanted, boolean purged)
        implements Message.Response {

    /**
     * What the other owner knows of a key that it has not removed.
     *
     * @param request see the record
     * @param set see the record
     * @param wanted see the record
     */
    public CompareRecordResponse(long request, VersionSet set, boolean wanted) {
        this(request, set, wanted, false);
    }
}
