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

    /**
     * The kinds of problems, those that the gateway answers by itself among them. Each has a page
     * at {@code /problems/} and its slug, which never changes.
     */
    public enum Type {
        MALFORMED(
                400,
                "malformed",
                "The request cannot be read",
                """
                Something in it is not what its own format asks for: the body is not JSON, a name occurs \
                twice in an object, a header such as `If-Match` is not well formed, or the path is not \
                percent-encoded UTF-8. `detail` says where, for a body with line and column.

                The same request is refused again. Correct what makes it, usually by leaving JSON and \
                URLs to a library.\
                """),
        UNAUTHENTICATED(
                401,
                "unauthenticated",
                "A valid API key is needed",
                """
                There is no API key, or the one that was sent is not known, was revoked, or has expired. \
                The header `WWW-Authenticate` tells a missing key from a wrong one (RFC 6750).

                Send a key as `Authorization: Bearer hk_...`. One that was lost cannot be shown again: \
                have another one made.\
                """),
        UNSIGNED(
                401,
                "unsigned",
                "The call is not signed as it must be",
                """
                A provider's callback is signed as Standard Webhooks 1.0 says, by the headers \
                `webhook-id`, `webhook-timestamp` and `webhook-signature`. The signature was not made \
                with the connection's secret, or of another body, or the timestamp is more than five \
                minutes away from our clock.

                Nothing was done with the call. See whether the secret is the connection's, whether the \
                body is sent byte for byte as it was signed, and whether the clock is right.\
                """),
        INSUFFICIENT_SCOPE(
                403,
                "insufficient-scope",
                "The API key may not do this",
                """
                The key is valid and lacks the scope that the call needs: `send` to send, `read` to look, \
                `manage` to change users, templates and categories. `detail` names it.

                Use a key that has the scope.\
                """),
        NOT_FOUND(
                404,
                "not-found",
                "There is no such thing",
                """
                Nothing has this path, or nothing of this name exists for the tenant of the key. What \
                belongs to another tenant looks the same.

                See whether the name is right, and whether the key is one of the tenant that owns it.\
                """),
        METHOD_NOT_ALLOWED(
                405,
                "method-not-allowed",
                "The method does not fit the resource",
                """
                The path is right and has no such method. The header `Allow` has those that it has.\
                """),
        REQUEST_TIMEOUT(
                408,
                "request-timeout",
                "The request did not arrive in time",
                """
                The connection was open and the rest of the request did not come. Nothing was done with \
                it; send it again.\
                """),
        CONFLICT(
                409,
                "conflict",
                "The call conflicts with what is there",
                """
                The call is right by itself, and something stands in its way: what is built in cannot be \
                changed, what is used cannot be deleted, what was sent cannot be cancelled \
                (`notificationStatus` says where it stands), and of calls with one `Idempotency-Key` at the \
                same time one is executed. `detail` says what it is.

                The same call may succeed when that has changed; where `Retry-After` is there, after as \
                many seconds.\
                """),
        PRECONDITION_FAILED(
                412,
                "precondition-failed",
                "The resource is not as the call expects it",
                """
                `If-Match` or `If-None-Match` was sent, and does not hold: somebody else has changed the \
                resource since you have read it, or it is there already, or not any more. Nothing was \
                changed.

                Read it again, make your change upon what is there now, and send it with the new `ETag`.\
                """),
        TOO_LARGE(
                413,
                "too-large",
                "The request is too large",
                """
                A body may have 5 MiB after decompression, and less where many of its characters must be \
                escaped on their way. Send it as several requests.\
                """),
        URI_TOO_LONG(
                414,
                "uri-too-long",
                "The address is too long",
                """
                Path and query together are longer than the gateway takes. A cursor or a name that is \
                ours is never that long.\
                """),
        UNSUPPORTED_MEDIA_TYPE(
                415,
                "unsupported-media-type",
                "The body is not JSON",
                """
                `Content-Type` must be `application/json`, or for a PATCH `application/merge-patch+json`, \
                and its charset UTF-8; `Content-Encoding` may be `gzip`, `deflate` or `identity`, and the body must be in it.\
                """),
        INVALID(
                422,
                "invalid",
                "The input is not valid",
                """
                The request can be read, and some of its fields or parameters are not what they must be. \
                `errors` has all of them at once: each with a `pointer` into the body (a JSON Pointer, \
                RFC 6901) or the name of a `parameter`, and what is expected.

                Names that are not known are wrong as well, so that a mistyped one does not go by \
                unnoticed.\
                """),
        PRECONDITION_REQUIRED(
                428,
                "precondition-required",
                "The call must say what it would change",
                """
                The template is there already, and would be changed or archived by someone who may not \
                have seen its newest version.

                Read it, and send the `ETag` you were given as `If-Match`. `If-Match: *` takes whatever \
                is there.\
                """),
        RATE_LIMITED(
                429,
                "rate-limited",
                "There are too many requests",
                """
                More was asked for than may be at this moment. Nothing was done with the request.

                Wait as many seconds as `Retry-After` says, and send the same request again.\
                """),
        HEADERS_TOO_LARGE(
                431,
                "headers-too-large",
                "The headers are too large",
                """
                All headers together are larger than the gateway takes. Usually one has grown that is not \
                meant for us, such as a cookie.\
                """),
        INTERNAL(
                500,
                "internal",
                "Something went wrong on our side",
                """
                This is a fault of ours. What the call asked for may or may not have been done.

                It was written down under the request's id, `requestId`; name it when you ask us about \
                it.\
                """),
        BAD_GATEWAY(
                502,
                "bad-gateway",
                "The function failed",
                """
                What answers requests ended before it had answered this one. What the call asked for may \
                or may not have been done.

                What can be repeated without harm can be repeated now.\
                """),
        UNAVAILABLE(
                503,
                "unavailable",
                "The service is not available now",
                """
                Something that is needed cannot be reached. What the call asked for may or may not have \
                been stored.

                Wait as many seconds as `Retry-After` says, and send the same request again.\
                """),
        GATEWAY_TIMEOUT(
                504,
                "gateway-timeout",
                "The function did not answer in time",
                """
                The answer took longer than the gateway waits. What the call asked for may or may not \
                have been done, or may still be.

                What can be repeated without harm can be repeated.\
                """),
        HTTP_VERSION_NOT_SUPPORTED(
                505,
                "http-version-not-supported",
                "This version of HTTP is not supported",
                """
                Use HTTP/1.1 or HTTP/2.\
                """);

        private final int status;
        private final String slug;
        private final String title;
        private final String explanation;

        Type(int status, String slug, String title, String explanation) {
            this.status = status;
            this.slug = slug;
            this.title = title;
            this.explanation = explanation;
        }

        public int status() {
            return status;
        }

        /**
         * The URI that stands for it, and leads to its page.
         *
         * @param address of the API, as {@link HttpRequest#address} has it
         */
        public String uri(String address) {
            return address + "/problems/" + slug;
        }

        /** The last part of its URI, the same wherever the API is. */
        public String slug() {
            return slug;
        }

        public String title() {
            return title;
        }

        /** What it means and what to do, for the page: paragraphs, with code in backticks. */
        public String explanation() {
            return explanation;
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

    /**
     * The document without the id of a request, as it stands in a part of an answer.
     *
     * @param address of the API, as {@link HttpRequest#address} has it
     */
    public ObjectNode document(String address) {
        var document = head(address);
        addErrors(document);
        return document;
    }

    /** The whole answer. */
    public HttpResponse response(HttpRequest request) {
        return response(request, Json.object());
    }

    /**
     * The whole answer.
     *
     * @param extensions more members of the document
     */
    public HttpResponse response(HttpRequest request, ObjectNode extensions) {
        var document = head(request.address()).put("requestId", request.id());
        addErrors(document);
        document.setAll(extensions);
        var all = new LinkedHashMap<>(headers);
        all.put("Content-Type", MEDIA_TYPE);
        return new HttpResponse(type.status, all, Json.write(document));
    }

    private ObjectNode head(String address) {
        return Json.object()
                .put("type", type.uri(address))
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
