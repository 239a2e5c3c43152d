package io.dynamo.examples.cart;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/** The page: a few files, read once. Nothing is loaded from elsewhere, and the headers see to that. */
final class Page {

    private static final Map<String, String> FILES = Map.of(
            "/", "index.html",
            "/cart.css", "cart.css",
            "/cart.js", "cart.js",
            "/members.js", "members.js",
            "/story.js", "story.js");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Page() {}

    static void addTo(RoutesConfig routes) {
        FILES.forEach((path, file) -> {
            byte[] bytes = read(file);
            routes.get(path, ctx -> send(ctx, contentType(file), bytes));
        });
    }

    private static void send(Context ctx, String contentType, byte[] bytes) {
        ctx.header("Content-Security-Policy", POLICY)
                .header("Cache-Control", "no-cache")
                .header("Referrer-Policy", "no-referrer")
                .contentType(contentType)
                .result(bytes);
    }

    private static String contentType(String file) {
        String ending = file.substring(file.lastIndexOf('.') + 1);
        return switch (ending) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            default -> "text/javascript; charset=utf-8";
        };
    }

    private static byte[] read(String file) {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream("/page/" + file), file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
