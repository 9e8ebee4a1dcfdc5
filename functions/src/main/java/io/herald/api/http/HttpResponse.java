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
public record HttpResponse(int status, Map<String, String> headers, @Nullable String body) {
    private static final String JSON = "application/json";

    public HttpResponse {
        headers = Map.copyOf(headers);
    }

    /** An answer in JSON. */
    public static HttpResponse json(int status, JsonNode body) {
        return new HttpResponse(status, Map.of("Content-Type", JSON), Json.write(body));
    }

    /** An answer without content. */
    public static HttpResponse empty(int status) {
        return new HttpResponse(status, Map.of(), null);
    }

    /** The same with one more header. */
    public HttpResponse with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpResponse(status, more, body);
    }

    /** The same with one more header, unless it is there already. */
    public HttpResponse withDefault(String header, String value) {
        return headers.containsKey(header) ? this : with(header, value);
    }

    /** The same as an answer to who has it already (RFC 9110, section 15.4.5). */
    public HttpResponse notModified() {
        var fewer = new LinkedHashMap<>(headers);
        fewer.remove("Content-Type");
        return new HttpResponse(304, fewer, null);
    }

    /** The same without its content, as an answer to HEAD. */
    public HttpResponse withoutBody() {
        return new HttpResponse(status, headers, null);
    }
}
