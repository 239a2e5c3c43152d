package io.dynamo.core;

import io.dynamo.api.WriteId;
import io.dynamo.spi.NodeRuntime;
import java.util.concurrent.atomic.AtomicLong;

/** Makes write ids. Thread: any. */
final class WriteIds {

    // The golden ratio of 2^64: successive values look random and do not repeat (Weyl sequence).
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private final NodeRuntime runtime;
    private final AtomicLong state;

    WriteIds(NodeRuntime runtime) {
        this.runtime = runtime;
        this.state = new AtomicLong(runtime.random("write-ids").nextLong());
    }

    WriteId next() {
        return new WriteId(runtime.wallMillis(), state.addAndGet(STEP));
    }
}
