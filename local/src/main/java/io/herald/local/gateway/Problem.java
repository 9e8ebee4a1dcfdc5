package io.herald.local.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import org.eclipse.jetty.http.HttpStatus;

/**
 * A problem document of the gateway itself (RFC 9457), as the gateway responses of the API in the
 * cloud are set to. Its type is {@code about:blank}: the status says all there is to say.
 *
 * @param detail a sentence for the caller
 * @param requestId the id that is in the {@code x-amzn-RequestId} header too
 */
record Problem(int status, String detail, String requestId) {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final JsonMapper JSON = new JsonMapper();

    byte[] toJson() {
        var document =
                JSON.createObjectNode()
                        .put("type", "about:blank")
                        .put("title", HttpStatus.getMessage(status))
                        .put("status", status)
                        .put("detail", detail)
                        .put("requestId", requestId);
        try {
            return JSON.writeValueAsBytes(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
