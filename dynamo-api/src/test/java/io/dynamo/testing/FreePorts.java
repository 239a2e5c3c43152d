package io.dynamo.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Ports for nodes that a test starts, and perhaps stops and starts again.
 *
 * <p>They lie below the range from which systems give ports to outgoing connections (from 32768, or 49152): a free port of
 * that range may be somebody's connection by the time that a node wants to listen on it.
 */
public final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    /** Begins anywhere, as several builds may run on one machine; no port is given out twice in a process. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePorts() {}

    /**
     * Some ports in a row that were all free a moment ago.
     *
     * @param count how many
     * @return the first
     */
    public static int inARow(int count) {
        for (int tries = 0; tries < 100; tries++) {
            int first = FIRST + Math.floorMod(NEXT.getAndAdd(count), COUNT - count);
            if (IntStream.range(first, first + count).allMatch(FreePorts::isFree)) {
                return first;
            }
        }
        throw new IllegalStateException(
                "no " + count + " free ports in a row from " + FIRST + " to " + (FIRST + COUNT));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
