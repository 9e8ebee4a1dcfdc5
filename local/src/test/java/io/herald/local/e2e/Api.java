package io.herald.local.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The API as an application calls it. */
final class Api {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final Set<String> UNDER_WAY =
            Set.of("PENDING", "SCHEDULED", "SENDING", "RETRYING");

    private final String url;
    private final String key;

    /** What came back. */
    record Answer(int status, JsonNode body, HttpResponse<String> response, Duration took) {
        Answer expect(int expected) {
            if (status != expected) {
                throw new AssertionError(
                        "expected " + expected + " but got " + status + ": " + body);
            }
            return this;
        }
    }

    Api(String url, String key) {
        this.url = url;
        this.key = key;
    }

    String key() {
        return key;
    }

    Answer put(String path, String body) {
        return call("PUT", path, body);
    }

    /** Replaces whatever is there. */
    Answer replace(String path, String body) {
        return call("PUT", path, body, "If-Match", "*");
    }

    /** Deletes or archives whatever is there. */
    Answer delete(String path) {
        return call("DELETE", path, null, "If-Match", "*");
    }

    Answer post(String path, String body) {
        return call("POST", path, body);
    }

    Answer get(String path) {
        return call("GET", path, null);
    }

    /**
     * @param headers names and values in turn
     */
    Answer call(String method, String path, @Nullable String body, String... headers) {
        var builder =
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(Duration.ofSeconds(35))
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        var request = (headers.length == 0 ? builder : builder.headers(headers)).build();
        long start = System.nanoTime();
        try {
            var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            var took = Duration.ofNanos(System.nanoTime() - start);
            var text = response.body();
            return new Answer(
                    response.statusCode(),
                    text.isEmpty() ? JSON.nullNode() : JSON.readTree(text),
                    response,
                    took);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends one message and gives its id. */
    String send(String user, String channel, String template, String payload) {
        return post(
                        "/v1/notifications",
                        """
                        {"userId": "%s", "channels": ["%s"], "template": "%s", "payload": %s}\
                        """
                                .formatted(user, channel, template, payload))
                .expect(202)
                .body()
                .at("/data/0/id")
                .asText();
    }

    String statusOf(String id) {
        return get("/v1/notifications/" + id).expect(200).body().path("status").asText();
    }

    JsonNode eventsOf(String id) {
        return get("/v1/notifications/" + id + "/events").expect(200).body().path("data");
    }

    /** Waits until nothing more will happen to it by itself. */
    String settled(String id, Duration limit) {
        return await(
                () -> statusOf(id),
                status -> !UNDER_WAY.contains(status),
                limit,
                () -> eventsOf(id).toPrettyString());
    }

    static <T> T await(
            java.util.function.Supplier<T> probe,
            Predicate<T> until,
            Duration limit,
            java.util.function.Supplier<String> detail) {
        long end = System.nanoTime() + limit.toNanos();
        T last = probe.get();
        while (!until.test(last)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "after " + limit + " it still was " + last + "\n" + detail.get());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            last = probe.get();
        }
        return last;
    }
}
