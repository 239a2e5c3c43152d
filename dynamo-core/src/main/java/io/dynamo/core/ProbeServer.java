package io.dynamo.core;

import io.dynamo.core.coordinate.Peer;
import io.dynamo.core.membership.NodeIdentity;
import io.dynamo.core.wire.ProbeRequest;
import io.dynamo.core.wire.ProbeResponse;
import io.dynamo.spi.StorageEngine;
import io.dynamo.spi.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers whether this node is there, on a lane and after a look at the disk: a stuck one of either keeps it from answering. */
final class ProbeServer {

    private static final Logger LOG = LoggerFactory.getLogger(ProbeServer.class);

    private ProbeServer() {}

    static void answer(StorageEngine engine, Peer from, ProbeRequest probe) {
        try {
            NodeIdentity.touch(engine);
        } catch (StorageException e) {
            // A disk that fails is not silent: requests are told so, and go on to others at once.
            LOG.debug("a probe of {} found a disk that fails", from.id(), e);
        }
        from.send(new ProbeResponse(probe.request()));
    }
}
