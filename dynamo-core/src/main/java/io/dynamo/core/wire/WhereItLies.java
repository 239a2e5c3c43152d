package io.dynamo.core.wire;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dynamo.core.causality.Slice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds the bytes of a field in the array of its message, which is never changed: they need not be copied out of it. */
final class WhereItLies extends ByteOutput {

    private @Nullable Slice found;
    private boolean isCopied;

    private WhereItLies() {}

    static Slice of(ByteString bytes) {
        WhereItLies out = new WhereItLies();
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Slice found = out.found;
        return found == null || out.isCopied ? Slice.of(bytes.toByteArray()) : found;
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) {
        isCopied |= found != null;
        found = new Slice(value, offset, length);
    }

    @Override
    public void write(byte value) {
        isCopied = true;
    }

    @Override
    public void write(byte[] value, int offset, int length) {
        isCopied = true;
    }

    @Override
    public void write(ByteBuffer value) {
        isCopied = true;
    }

    @Override
    public void writeLazy(ByteBuffer value) {
        isCopied = true;
    }
}
