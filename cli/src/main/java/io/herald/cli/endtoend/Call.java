package io.herald.cli.endtoend;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A call of the API. {@code ApiClient} makes those of the other commands; these also have headers,
 * bodies that are no JSON, and mistakes.
 *
 * @param path with its query, percent-encoded; or a whole URL that an answer has named
 * @param withKey whether the API key is sent
 */
record Call(
        String method,
        String path,
        boolean withKey,
        Map<String, String> headers,
        BodyPublisher body) {
    private static final String CONTENT_TYPE = "Content-Type";

    Call {
        headers = Map.copyOf(headers);
    }

    /** One without a body. */
    static Call of(String method, String path) {
        return new Call(method, path, true, Map.of(), BodyPublishers.noBody());
    }

    static Call get(String path) {
        return of("GET", path);
    }

    static Call delete(String path) {
        return of("DELETE", path);
    }

    static Call put(String path, String json) {
        return of("PUT", path).json(json);
    }

    static Call post(String path, String json) {
        return of("POST", path).json(json);
    }

    static Call patch(String path, String json) {
        return of("PATCH", path).json(json).with(CONTENT_TYPE, "application/merge-patch+json");
    }

    private Call json(String json) {
        return body(BodyPublishers.ofString(json)).with(CONTENT_TYPE, "application/json");
    }

    Call body(BodyPublisher body) {
        return new Call(method, path, withKey, headers, body);
    }

    /** The same with one more header, or another value of it. */
    Call with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Call(method, path, withKey, more, body);
    }

    Call withoutKey() {
        return new Call(method, path, false, headers, body);
    }

    /** Without the query. */
    String resource() {
        var query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
