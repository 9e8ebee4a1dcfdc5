package io.herald.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param body null for none
 */
public record HttpResponse(int status, Map<String, String> headers, @Nullable JsonNode body) {
    private static final String JSON = "application/json";

    public HttpResponse {
        headers = Map.copyOf(headers);
    }

    /** An answer in JSON. */
    public static HttpResponse json(int status, JsonNode body) {
        return new HttpResponse(status, Map.of("Content-Type", JSON), body);
    }

    /** The same with one more header. */
    public HttpResponse with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpResponse(status, more, body);
    }

    /** The same without its content, as an answer to HEAD. */
    public HttpResponse withoutBody() {
        return new HttpResponse(status, headers, null);
    }
}
