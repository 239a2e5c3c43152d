package io.dynamo.transport.grpc;

import io.grpc.Status;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns what gRPC says of a broken stream into one line for an operator. */
final class Causes {

    private static final int DEPTH_MAX = 10;

    private Causes() {}

    static String text(Status status) {
        StringBuilder text = new StringBuilder(status.getCode().name());
        if (status.getDescription() != null) {
            // gRPC adds lines on its own insides.
            text.append(": ").append(status.getDescription().lines().findFirst().orElse(""));
        }
        Throwable cause = status.getCause();
        for (int depth = 0; cause != null && depth < DEPTH_MAX; depth++, cause = cause.getCause()) {
            if (cause.getMessage() != null && text.indexOf(cause.getMessage()) < 0) {
                text.append(": ").append(cause.getMessage());
            }
        }
        return text.toString();
    }

    /** The peer is away, as peers are; anything else is a fault in need of somebody. */
    static boolean isOutage(Status status) {
        Status.Code code = status.getCode();
        return (code == Status.Code.UNAVAILABLE || code == Status.Code.CANCELLED) && !isTls(status.getCause());
    }

    private static boolean isTls(@Nullable Throwable cause) {
        for (int depth = 0; cause != null && depth < DEPTH_MAX; depth++, cause = cause.getCause()) {
            if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
                return true;
            }
        }
        return false;
    }
}
