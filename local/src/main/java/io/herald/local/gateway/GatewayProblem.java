package io.herald.local.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.api.http.Problem;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;

/**
 * A problem document of the gateway itself (RFC 9457), as the gateway responses of the API in the
 * cloud are set to: with the types that the API has as well, so that each leads to its page.
 *
 * @param address where the gateway was reached; empty when the request does not say
 * @param detail a sentence for the caller
 * @param requestId the id that is in the {@code x-amzn-RequestId} header too
 */
record GatewayProblem(String address, int status, String detail, String requestId) {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final JsonMapper JSON = new JsonMapper();

    byte[] toJson() {
        var type = typeOf(status);
        var document =
                JSON.createObjectNode()
                        .put("type", type.map(each -> each.uri(address)).orElse("about:blank"))
                        .put(
                                "title",
                                type.map(Problem.Type::title).orElse(HttpStatus.getMessage(status)))
                        .put("status", status)
                        .put("detail", detail)
                        .put("requestId", requestId);
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for a status that the gateway has no words of its own for. */
    private static Optional<Problem.Type> typeOf(int status) {
        return Optional.ofNullable(
                switch (status) {
                    case 400 -> Problem.Type.MALFORMED;
                    case 404 -> Problem.Type.NOT_FOUND;
                    case 408 -> Problem.Type.REQUEST_TIMEOUT;
                    case 413 -> Problem.Type.TOO_LARGE;
                    case 414 -> Problem.Type.URI_TOO_LONG;
                    case 415 -> Problem.Type.UNSUPPORTED_MEDIA_TYPE;
                    case 429 -> Problem.Type.RATE_LIMITED;
                    case 431 -> Problem.Type.HEADERS_TOO_LARGE;
                    case 500 -> Problem.Type.INTERNAL;
                    case 502 -> Problem.Type.BAD_GATEWAY;
                    case 503 -> Problem.Type.UNAVAILABLE;
                    case 504 -> Problem.Type.GATEWAY_TIMEOUT;
                    case 505 -> Problem.Type.HTTP_VERSION_NOT_SUPPORTED;
                    default -> null;
                });
    }
}
