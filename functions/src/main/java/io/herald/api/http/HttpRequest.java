package io.herald.api.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as API Gateway REST hands it over.
 *
 * @param resource the path template that the gateway matched, such as {@code /v1/users/{userId}};
 *     null when it is not known
 * @param path percent-encoded, as REST APIs leave it; its parameters are read from here, because
 *     hosts differ in whether they decode those that they pick out
 * @param headers by their names in lower case
 * @param query decoded, as REST APIs do
 * @param body null when there is none
 * @param bodyIsBase64 whether the body is base64 of its bytes
 * @param id the gateway's id of this request
 * @param address where callers reach the API, such as {@code https://api.example.com/prod}: what
 *     stands before the paths of its routes, without a slash at its end; empty when it is not known
 */
public record HttpRequest(
        String method,
        @Nullable String resource,
        String path,
        Map<String, List<String>> headers,
        Map<String, List<String>> query,
        @Nullable String body,
        boolean bodyIsBase64,
        String id,
        String address) {

    /** The values of a header, in their order; empty when it was not sent. */
    public List<String> header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, List.of());
    }
}
