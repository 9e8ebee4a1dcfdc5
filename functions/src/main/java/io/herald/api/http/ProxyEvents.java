package io.herald.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The events of an API Gateway REST proxy integration, payload version 1.0. Whatever an event lacks
 * counts as empty.
 */
public final class ProxyEvents {
    private static final JsonMapper MAPPER = new JsonMapper();

    private ProxyEvents() {}

    /**
     * @param publicUrl where callers reach the API; null when it is where the event says
     * @param otherId the request's id where the event names none
     * @throws IOException when the event is not JSON, which is not a caller's doing
     */
    public static HttpRequest read(InputStream input, @Nullable URI publicUrl, String otherId)
            throws IOException {
        var event = MAPPER.readTree(input);
        var id = text(event.path("requestContext"), "requestId");
        var method = text(event, "httpMethod");
        var path = text(event, "path");
        var headers = lowerCase(multiples(event, "multiValueHeaders", "headers"));
        return new HttpRequest(
                method == null ? "" : method.toUpperCase(Locale.ROOT),
                text(event, "resource"),
                path == null ? "" : path,
                headers,
                multiples(event, "multiValueQueryStringParameters", "queryStringParameters"),
                text(event, "body"),
                event.path("isBase64Encoded").asBoolean(),
                id == null ? otherId : id,
                publicUrl == null ? PublicAddress.of(event, headers) : publicUrl.toString());
    }

    /** What the function answers. */
    public static byte[] write(HttpResponse response) {
        var event = Json.object().put("statusCode", response.status());
        var headers = event.putObject("headers");
        new TreeMap<>(response.headers()).forEach(headers::put);
        var body = response.body();
        event.put("body", body == null ? "" : body).put("isBase64Encoded", false);
        // By way of a text: a lone surrogate that someone sent and we quote becomes a question
        // mark, where Jackson's own encoder would throw.
        return Json.write(event).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> singles(JsonNode node) {
        var singles = new LinkedHashMap<String, String>();
        node.properties().forEach(entry -> singles.put(entry.getKey(), entry.getValue().asText()));
        return singles;
    }

    private static Map<String, List<String>> multiples(
            JsonNode event, String manyName, String fewName) {
        var multiples = new LinkedHashMap<String, List<String>>();
        if (event.path(manyName).isObject()) {
            for (var entry : event.path(manyName).properties()) {
                var values = new ArrayList<String>();
                entry.getValue().forEach(value -> values.add(value.isNull() ? "" : value.asText()));
                multiples.put(entry.getKey(), values);
            }
        } else {
            singles(event.path(fewName))
                    .forEach((name, value) -> multiples.put(name, List.of(value)));
        }
        return multiples;
    }

    private static Map<String, List<String>> lowerCase(Map<String, List<String>> headers) {
        var lowerCase = new LinkedHashMap<String, List<String>>();
        headers.forEach((name, values) ->
                lowerCase
                        .computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                        .addAll(values));
        return lowerCase;
    }

    private static @Nullable String text(JsonNode node, String name) {
        var value = node.get(name);
        return value == null || value.isNull() ? null : value.asText();
    }
}
