package io.dynamo.core;

import io.dynamo.core.wire.PlaceholderCodec;

final class Placeholder {
    private Placeholder() {}

    static String name() {
        return PlaceholderCodec.decode(PlaceholderCodec.encode("core"));
    }
}
