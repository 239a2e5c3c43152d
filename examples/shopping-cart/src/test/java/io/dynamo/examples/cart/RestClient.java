package io.dynamo.examples.cart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Speaks to one running service. */
final class RestClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String origin;

    /** An answer with its body as JSON; missing if it is none. */
    record Answer(int status, HttpResponse<String> response, JsonNode json) {
        Map<String, Integer> items() {
            return RestClient.items(json.path("items"));
        }

        String context() {
            return json.path("context").asText();
        }

        int siblings() {
            return json.path("siblings").size();
        }

        Map<String, Integer> sibling(int i) {
            return RestClient.items(json.path("siblings").path(i).path("items"));
        }
    }

    RestClient(int port) {
        this.origin = "http://127.0.0.1:" + port;
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer post(String path, String body) {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** Adds without a context. */
    Answer add(String cart, String node, String sku, int quantity) {
        return post("/carts/" + cart + "/items?node=" + node, body(sku, quantity, null));
    }

    /** Adds on top of a context. */
    Answer addOn(String context, String cart, String node, String sku, int quantity) {
        return post("/carts/" + cart + "/items?node=" + node, body(sku, quantity, context));
    }

    private static String body(String sku, int quantity, String context) {
        var json = JSON.createObjectNode().put("sku", sku).put("quantity", quantity);
        return (context == null ? json : json.put("context", context)).toString();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin + path)).timeout(Duration.ofSeconds(20));
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            boolean isJson =
                    response.headers().firstValue("Content-Type").orElse("").contains("json");
            return new Answer(response.statusCode(), response, JSON.readTree(isJson ? response.body() : "{}"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Integer> items(JsonNode json) {
        Map<String, Integer> items = new TreeMap<>();
        json.properties()
                .forEach(item -> items.put(item.getKey(), item.getValue().intValue()));
        return items;
    }
}
