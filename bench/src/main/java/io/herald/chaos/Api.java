package io.herald.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.herald.bench.BenchException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;

/**
 * Calls as a caller does who wants to be sure: again, with the same idempotency key, until there is
 * an answer that says what became of it.
 */
final class Api implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration TIMEOUT = Duration.ofSeconds(35);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    // 409 with Retry-After is an equal call that is still under way.
    private static final Set<Integer> AGAIN = Set.of(429, 500, 502, 503, 504);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI url;
    private final String key;

    Api(URI url, String key) {
        this.url = url;
        this.key = key;
    }

    /**
     * An answer, at last.
     *
     * @param first whether it came at the first attempt: otherwise an earlier one may have been
     *     carried out
     */
    record Answer(int status, JsonNode body, boolean first) {}

    /**
     * @param idempotencyKey empty for none
     * @throws BenchException when there is no answer for minutes
     */
    Answer call(String method, String path, String body, String idempotencyKey)
            throws InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(url + path))
                        .timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!idempotencyKey.isEmpty()) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        var ends = System.nanoTime() + PATIENCE.toNanos();
        for (boolean first = true; System.nanoTime() - ends < 0; first = false) {
            try {
                var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                boolean busy =
                        answer.statusCode() == 409
                                && answer.headers().firstValue("retry-after").isPresent();
                if (!busy && !AGAIN.contains(answer.statusCode())) {
                    return new Answer(answer.statusCode(), JSON.readTree(answer.body()), first);
                }
            } catch (IOException _) {
                // Whatever became of it, to ask again is the way to know.
            }
            Thread.sleep(PAUSE);
        }
        throw new BenchException("%s %s had no answer for minutes.".formatted(method, path));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
