package io.dynamo.transport.grpc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Says each thing once about each peer, until the peer is well again.
 *
 * <p>Thread: safe for use by many threads.
 */
final class OnceLog {

    /** Strangers choose what they call themselves: they must not fill a disk by it. */
    private static final int LINES_MAX = 256;

    private static final Logger LOG = System.getLogger("io.dynamo.transport.grpc");

    /** Peer and text of each line. */
    private final Set<List<String>> said = new LinkedHashSet<>();

    void say(Level level, String peer, String text) {
        if (isNew(peer, text)) {
            LOG.log(level, text);
        }
    }

    /** The peer is well: its next trouble is news again. */
    synchronized void forget(String peer) {
        said.removeIf(line -> line.get(0).equals(peer));
    }

    private synchronized boolean isNew(String peer, String text) {
        return said.size() < LINES_MAX && said.add(List.of(peer, text));
    }
}
