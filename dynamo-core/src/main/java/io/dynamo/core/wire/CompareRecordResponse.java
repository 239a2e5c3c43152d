package io.dynamo.core.wire;

import io.dynamo.core.causality.VersionSet;

/**
 * What the other owner of a key knows more, and whether it knows less.
 *
 * @param request names the request
 * @param set all it knows; empty if the asker knows that already
 * @param wanted whether the asker knows something that it does not
 */
public record CompareRecordResponse(long request, VersionSet set, boolean wanted) implements Message.Response {}
