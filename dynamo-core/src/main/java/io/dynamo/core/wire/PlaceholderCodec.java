package io.dynamo.core.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.dynamo.core.wire.proto.Placeholder;

/** Stands for the codec of the messages. */
public final class PlaceholderCodec {
    private PlaceholderCodec() {}

    public static byte[] encode(String name) {
        return Placeholder.newBuilder().setName(name).build().toByteArray();
    }

    public static String decode(byte[] bytes) {
        try {
            return Placeholder.parseFrom(bytes).getName();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a placeholder", e);
        }
    }
}
