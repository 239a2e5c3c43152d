package io.dynamo.core.wire;

import io.dynamo.core.causality.CausalContext;
import io.dynamo.core.causality.VersionSet;

/**
 * What the other owner of a key knows more, and whether it knows less.
 *
 * @param request names the request
 * @param set all it knows; empty if the asker knows that already
 * @param wanted whether the asker knows something that it does not
 * @param purged whether what the asker knows was removed here, as it is proven that nothing older is left anywhere
 * @param forgotten which entries of what the asker knows were forgotten here, by the same proof; empty if none
 */
public record CompareRecordResponse(
        long request, VersionSet set, boolean wanted, boolean purged, CausalContext forgotten)
        implements Message.Response {

    /**
     * What the other owner knows of a key that it has not removed.
     *
     * @param request see the record
     * @param set see the record
     * @param wanted see the record
     */
    public CompareRecordResponse(long request, VersionSet set, boolean wanted) {
        this(request, set, wanted, false, CausalContext.EMPTY);
    }

    /**
     * Tells the other owner what it may remove as well.
     *
     * @param request the request's id
     * @param forgotten the entries; empty if all of the record may go
     * @return the answer
     */
    public static CompareRecordResponse removed(long request, CausalContext forgotten) {
        return new CompareRecordResponse(request, VersionSet.EMPTY, false, forgotten.isEmpty(), forgotten);
    }
}
