package io.herald.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** Reads the JSON body of a request. */
public final class JsonBody {
    /** After decompression. */
    public static final int MAX_BYTES = 5 * 1024 * 1024;

    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private JsonBody() {}

    /**
     * A body without a Content-Type is taken as JSON, as API Gateway does.
     *
     * @throws ProblemException 415 when it is said to be something else, 413 when it is too large,
     *     400 when it is not JSON
     */
    public static JsonNode read(HttpRequest request) {
        for (var type : request.header("content-type")) {
            if (!isJson(type, JSON)) {
                throw new ProblemException(
                        Problem.of(
                                Problem.Type.UNSUPPORTED_MEDIA_TYPE,
                                "Send Content-Type: application/json, and JSON in UTF-8."));
            }
        }
        return parse(request);
    }

    /**
     * A JSON Merge Patch (RFC 7396), which may also be said to be plain JSON.
     *
     * @throws ProblemException as {@link #read}; a 415 says in Accept-Patch (RFC 5789, section 3.1)
     *     what is taken
     */
    public static JsonNode readMergePatch(HttpRequest request) {
        for (var type : request.header("content-type")) {
            if (!isJson(type, MERGE_PATCH) && !isJson(type, JSON)) {
                throw new ProblemException(
                        Problem.of(
                                        Problem.Type.UNSUPPORTED_MEDIA_TYPE,
                                        "Send Content-Type: application/merge-patch+json, and JSON"
                                                + " in UTF-8.")
                                .with("Accept-Patch", MERGE_PATCH + ", " + JSON));
            }
        }
        return parse(request);
    }

    private static JsonNode parse(HttpRequest request) {
        var text = text(request);
        if (text.isBlank()) {
            throw malformed("The body is empty; it must be a JSON object.");
        }
        try {
            return Json.read(text);
        } catch (Json.MalformedException e) {
            throw malformed("The body is not JSON that is taken here. " + e.getMessage());
        }
    }

    private static String text(HttpRequest request) {
        var body = request.body();
        if (body == null) {
            return "";
        }
        if (!request.bodyIsBase64()) {
            // A text has at most three bytes for each of its UTF-16 code units.
            if (body.length() > MAX_BYTES / 3
                    && body.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
                throw tooLarge();
            }
            return body;
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException _) {
            throw malformed("The body cannot be decoded.");
        }
        if (bytes.length > MAX_BYTES) {
            throw tooLarge();
        }
        return Texts.ofUtf8(bytes).orElseThrow(() -> malformed("The body is not UTF-8."));
    }

    private static boolean isJson(String contentType, String mediaType) {
        var parts = contentType.toLowerCase(Locale.ROOT).split(";");
        if (parts.length == 0 || !parts[0].strip().equals(mediaType)) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            var parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return true;
    }

    private static ProblemException malformed(String detail) {
        return new ProblemException(Problem.of(Problem.Type.MALFORMED, detail));
    }

    private static ProblemException tooLarge() {
        return new ProblemException(
                Problem.of(
                        Problem.Type.TOO_LARGE,
                        "A body has at most %d bytes; send several.".formatted(MAX_BYTES)));
    }
}
