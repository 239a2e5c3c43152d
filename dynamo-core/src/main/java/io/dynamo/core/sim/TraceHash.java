package io.dynamo.core.sim;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over every delivery (time, sequence, sender, receiver, bytes) and all that clients were told. */
final class TraceHash {

    private final MessageDigest digest;
    private final ByteBuffer head = ByteBuffer.allocate(2 * Long.BYTES + 3 * Integer.BYTES);
    private long deliveries;

    TraceHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    void delivered(long nanos, long sequence, int fromPort, int toPort, byte[] bytes) {
        head.clear();
        head.putLong(nanos)
                .putLong(sequence)
                .putInt(fromPort)
                .putInt(toPort)
                .putInt(bytes.length)
                .flip();
        digest.update(head);
        digest.update(bytes);
        deliveries++;
    }

    /** Something else that a run must do alike, such as what a client was told. */
    void noted(String what) {
        digest.update(what.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    long deliveries() {
        return deliveries;
    }

    /** The hash so far; the trace may go on. */
    String hex() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }
}
