package io.dynamo.examples.cart;

import io.dynamo.api.Context;
import io.dynamo.api.InvalidContextException;
import io.dynamo.api.cart.AddWinsCart;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * What a client of the REST interface has seen of a cart, as text it carries: the context of the read and the cart that
 * was read.
 *
 * <p>Why the cart as well: a write replaces the versions its context covers, so a change on top of an old context must be
 * made to the old cart. Made to the present one, a remove would take away adds that the client has never seen; and made
 * to nothing, the write would erase what the context covers. The service keeps nothing between requests, so that the next
 * one can go to any node.
 *
 * <p>Form: base64url of version, length and bytes of the node's token, the encoded cart, and a CRC-32 of the cart id and
 * all before. The node's token carries the cluster's MAC; the checksum catches accidents and mixed-up carts. A forged
 * cart can do no more than the client could do by adding and removing.
 *
 * @param context of the read
 * @param cart as it was read
 */
record CartContext(Context context, AddWinsCart cart) {

    /** The longest text accepted. */
    static final int TEXT_MAX = 2 << 20;

    private static final int FORMAT = 1;
    private static final int CHECKSUM_BYTES = 4;

    /** The text form, for the cart of this id. */
    String toText(String cartId) {
        byte[] token = context.toBytes();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeShort(token.length);
            out.write(token);
            out.write(AddWinsCart.CODEC.encode(cart));
            out.writeInt(checksum(cartId, bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException("an array took no bytes", e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /**
     * Reads the text form.
     *
     * @throws InvalidContextException if it was not made for this cart, or was changed on its way
     */
    static CartContext parse(String cartId, String text) {
        if (text.length() > TEXT_MAX) {
            throw new InvalidContextException("a context of " + text.length() + " characters is too long");
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (in.limit() < CHECKSUM_BYTES) {
                throw broken();
            }
            in.limit(in.limit() - CHECKSUM_BYTES);
            int checksum = in.duplicate().limit(in.capacity()).getInt(in.limit());
            if (checksum != checksum(cartId, bytes(in.duplicate())) || in.get() != FORMAT) {
                throw broken();
            }
            Context context = Context.ofBytes(bytes(in.slice(in.position() + 2, in.getShort())));
            in.position(in.position() + context.toBytes().length);
            return new CartContext(context, AddWinsCart.CODEC.decode(bytes(in)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | BufferUnderflowException e) {
            throw broken();
        }
    }

    private static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    private static int checksum(String cartId, byte[] body) {
        CRC32 sum = new CRC32();
        sum.update(cartId.getBytes(StandardCharsets.UTF_8));
        sum.update(0);
        sum.update(body);
        return (int) sum.getValue();
    }

    private static InvalidContextException broken() {
        return new InvalidContextException(
                "the context was not made for this cart, or was changed on its way; read the cart again");
    }
}
