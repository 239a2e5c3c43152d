package io.dynamo.examples.cart;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.dynamo.api.InvalidContextException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what clients send, strictly: what is not understood is refused, with its place and what is allowed. */
final class CartInput {

    static final int CART_ID_BYTES_MAX = 1024;
    static final int SKU_BYTES_MAX = 256;
    static final int QUANTITY_MAX = 1_000_000;

    private static final List<String> FIELDS = List.of("sku", "quantity", "context");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    /**
     * The body of an add.
     *
     * @param sku what
     * @param quantity how many
     * @param context what the client has seen, if it says so
     */
    record Add(String sku, int quantity, Optional<CartContext> context) {}

    private CartInput() {}

    static String cartId(String id) {
        return text("cart id", id, CART_ID_BYTES_MAX);
    }

    static String sku(String sku) {
        return text("sku", sku, SKU_BYTES_MAX);
    }

    static Add add(String cartId, byte[] body) {
        JsonNode json = object(body);
        json.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                throw Problem.badInput(
                        name, json.path(name).toString(), "only the fields " + String.join(", ", FIELDS));
            }
        });
        JsonNode sku = json.path("sku");
        if (!sku.isTextual()) {
            throw Problem.badInput("sku", shown(sku), "text of 1 to " + SKU_BYTES_MAX + " bytes as UTF-8");
        }
        JsonNode quantity = json.path("quantity");
        if (!quantity.isIntegralNumber()
                || !quantity.canConvertToInt()
                || quantity.intValue() < 1
                || quantity.intValue() > QUANTITY_MAX) {
            throw Problem.badInput("quantity", shown(quantity), "a whole number from 1 to " + QUANTITY_MAX);
        }
        JsonNode context = json.path("context");
        if (!context.isTextual() && !context.isMissingNode() && !context.isNull()) {
            throw Problem.badInput("context", shown(context), "text, as an earlier answer gave it");
        }
        return new Add(sku(sku.textValue()), quantity.intValue(), context(cartId, context.textValue()));
    }

    static Optional<CartContext> context(String cartId, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(CartContext.parse(cartId, text));
        } catch (InvalidContextException e) {
            throw Problem.badInput("context", text, "what an answer for this cart gave: " + e.getMessage());
        }
    }

    private static JsonNode object(byte[] body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw Problem.badInput(
                    "body", e.getOriginalMessage() + place, "a JSON object like {\"sku\":\"laptop\",\"quantity\":1}");
        } catch (IOException e) {
            throw Problem.badInput("body", String.valueOf(e.getMessage()), "JSON text in UTF-8");
        }
        if (!json.isObject()) {
            throw Problem.badInput("body", shown(json), "a JSON object like {\"sku\":\"laptop\",\"quantity\":1}");
        }
        return json;
    }

    private static String shown(JsonNode node) {
        return node.isMissingNode() ? "(nothing)" : node.toString();
    }

    private static String text(String field, String text, int bytesMax) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        boolean exact = new String(bytes, StandardCharsets.UTF_8).equals(text);
        if (text.isEmpty() || bytes.length > bytesMax || !exact) {
            String given = text.isEmpty() ? "(empty)" : text + " (" + bytes.length + " bytes)";
            throw Problem.badInput(
                    field,
                    bytes.length > bytesMax ? bytes.length + " bytes" : given,
                    "1 to " + bytesMax + " bytes of UTF-8 text");
        }
        return text;
    }
}
