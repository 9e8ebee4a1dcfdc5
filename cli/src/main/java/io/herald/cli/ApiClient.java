package io.herald.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Calls Herald's HTTP API as any application does. */
public final class ApiClient implements AutoCloseable {
    /** A little more than the gateway gives a call. */
    private static final Duration PATIENCE = Duration.ofSeconds(31);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI url;
    private final String key;

    /**
     * @param url of the gateway
     * @param key an API key
     */
    public ApiClient(URI url, String key) {
        this.url = url;
        this.key = key;
    }

    /**
     * What the API answered.
     *
     * @param body empty JSON when there was none
     */
    public record Answer(String call, int status, JsonNode body) {

        public boolean isSuccess() {
            return status / 100 == 2;
        }

        /**
         * @throws CommandException with what the problem document says, unless the call succeeded
         */
        public JsonNode expectSuccess() {
            if (isSuccess()) {
                return body;
            }
            var sentence = new StringBuilder(call + " answered " + status);
            for (var field : new String[] {"title", "detail"}) {
                if (body.path(field).isTextual()) {
                    sentence.append(": ").append(body.path(field).asText());
                }
            }
            for (var error : body.path("errors")) {
                sentence.append("\n  ")
                        .append(error.path("pointer").asText(error.path("parameter").asText()))
                        .append(": ")
                        .append(error.path("detail").asText());
            }
            throw CommandException.failed(sentence.toString());
        }
    }

    public Answer get(String path) throws InterruptedException {
        return call("GET", path, BodyPublishers.noBody());
    }

    public Answer put(String path, JsonNode body) throws InterruptedException {
        return call("PUT", path, BodyPublishers.ofByteArray(Json.bytes(body)));
    }

    public Answer post(String path, JsonNode body) throws InterruptedException {
        return call("POST", path, BodyPublishers.ofByteArray(Json.bytes(body)));
    }

    private Answer call(String method, String path, BodyPublisher body)
            throws InterruptedException {
        var call = method + " " + path;
        var request =
                HttpRequest.newBuilder(URI.create(url + path))
                        .method(method, body)
                        .timeout(PATIENCE)
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .build();
        try {
            var response = http.send(request, BodyHandlers.ofByteArray());
            return new Answer(call, response.statusCode(), Json.read(response.body()));
        } catch (IOException e) {
            throw CommandException.failed(call + " got no answer from " + url + ".", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
