package io.herald.api.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A problem document (RFC 9457).
 *
 * @param detail one or two sentences for the caller, about this call
 * @param errors what is wrong with the input; empty where that is not the problem
 * @param headers that the answer must carry
 */
public record Problem(
        Type type, String detail, List<InputProblem> errors, Map<String, String> headers) {
    private static final String MEDIA_TYPE = "application/problem+json";

    public Problem {
        errors = List.copyOf(errors);
        headers = Map.copyOf(headers);
    }

    /** The kinds of problems; each has a page at {@code /problems/} and its slug. */
    public enum Type {
        MALFORMED(400, "malformed", "The request cannot be read"),
        UNAUTHENTICATED(401, "unauthenticated", "A valid API key is needed"),
        INSUFFICIENT_SCOPE(403, "insufficient-scope", "The API key may not do this"),
        NOT_FOUND(404, "not-found", "There is no such thing"),
        METHOD_NOT_ALLOWED(405, "method-not-allowed", "The method does not fit the resource"),
        CONFLICT(409, "conflict", "The call conflicts with another"),
        TOO_LARGE(413, "too-large", "The request is too large"),
        UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "The body is not JSON"),
        INVALID(422, "invalid", "The input is not valid"),
        INTERNAL(500, "internal", "Something went wrong on our side"),
        UNAVAILABLE(503, "unavailable", "The service is not available now");

        private final int status;
        private final String slug;
        private final String title;

        Type(int status, String slug, String title) {
            this.status = status;
            this.slug = slug;
            this.title = title;
        }

        public int status() {
            return status;
        }

        /** A reference, relative to the address of the API. */
        public String reference() {
            return "/problems/" + slug;
        }

        public String title() {
            return title;
        }
    }

    /** A problem that needs no more words than these. */
    public static Problem of(Type type, String detail) {
        return new Problem(type, detail, List.of(), Map.of());
    }

    /** Something that does not exist, or is another tenant's; the two must look alike. */
    public static Problem notFound(String what) {
        return of(Type.NOT_FOUND, "There is no such " + what + ".");
    }

    /** Input that can be read and is wrong. */
    public static Problem invalid(List<InputProblem> errors) {
        var detail =
                errors.size() == 1
                        ? "One field or parameter is wrong; see errors."
                        : errors.size() + " fields or parameters are wrong; see errors.";
        return new Problem(Type.INVALID, detail, errors, Map.of());
    }

    /** The same with one more header. */
    public Problem with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Problem(type, detail, errors, more);
    }

    /** The document without the id of a request, as it stands in a part of an answer. */
    public ObjectNode document() {
        var document = head();
        addErrors(document);
        return document;
    }

    /** The whole answer. */
    public HttpResponse response(String requestId) {
        return response(requestId, Json.object());
    }

    /**
     * The whole answer.
     *
     * @param extensions more members of the document
     */
    public HttpResponse response(String requestId, ObjectNode extensions) {
        var document = head().put("requestId", requestId);
        addErrors(document);
        document.setAll(extensions);
        var all = new LinkedHashMap<>(headers);
        all.put("Content-Type", MEDIA_TYPE);
        return new HttpResponse(type.status, all, document);
    }

    private ObjectNode head() {
        return Json.object()
                .put("type", type.reference())
                .put("title", type.title)
                .put("status", type.status)
                .put("detail", detail);
    }

    private void addErrors(ObjectNode document) {
        if (errors.isEmpty()) {
            return;
        }
        var array = document.putArray("errors");
        for (var error : errors) {
            var item = array.addObject();
            if (error.pointer() != null) {
                item.put("pointer", error.pointer());
            }
            if (error.parameter() != null) {
                item.put("parameter", error.parameter());
            }
            item.put("detail", error.detail());
        }
    }
}
