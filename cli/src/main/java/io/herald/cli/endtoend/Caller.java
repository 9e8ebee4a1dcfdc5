package io.herald.cli.endtoend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Makes calls, and waits where the deployment asks for it. Safe for use by several threads. */
final class Caller implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** A little more than the gateway gives a call. */
    private static final Duration PATIENCE = Duration.ofSeconds(31);

    /** How long a call that is told to wait is repeated. */
    private static final Duration WAITING = Duration.ofSeconds(60);

    private static final int LONGEST_PAUSE_SECONDS = 10;

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();
    private final Set<String> found = new ConcurrentSkipListSet<>();
    private final String url;
    private final String key;

    /**
     * @param url of the API, without a slash at the end
     */
    Caller(String url, String key) {
        this.url = url;
        this.key = key;
    }

    /**
     * The answer to a call. One that says that nothing was done and when to try again (429, or a
     * 409 with {@code Retry-After}) is tried again, for a minute: others may use the tenant as
     * well.
     *
     * @throws UnexpectedAnswer when there is none
     */
    Answer send(Call call) throws InterruptedException {
        var startedAt = System.nanoTime();
        while (true) {
            Answer answer;
            try {
                answer = once(call);
            } catch (IOException e) {
                throw new UnexpectedAnswer(
                        "an answer", call + " got none from " + url + ": " + e, Optional.empty());
            }
            var retryAfter = answer.header("Retry-After");
            var isToWait =
                    answer.status() == 429 || (answer.status() == 409 && retryAfter.isPresent());
            if (!isToWait || System.nanoTime() - startedAt > WAITING.toNanos()) {
                return answer;
            }
            Thread.sleep(Duration.ofSeconds(seconds(retryAfter)));
        }
    }

    private static int seconds(Optional<String> retryAfter) {
        var known = retryAfter.filter(it -> it.matches("\\d{1,5}")).map(Integer::valueOf).orElse(1);
        return Math.clamp(known, 1, LONGEST_PAUSE_SECONDS);
    }

    private Answer once(Call call) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        call.path().startsWith("/")
                                                ? url + call.path()
                                                : call.path()))
                        .method(call.method(), call.body())
                        .timeout(PATIENCE);
        if (call.withKey()) {
            request.setHeader("Authorization", "Bearer " + key);
        }
        call.headers().forEach(request::setHeader);
        var answer = new Answer(call, http.send(request.build(), BodyHandlers.ofByteArray()));
        if (answer.status() != 404 && answer.status() != 405) {
            found.add(call.method() + " " + call.resource());
        }
        return answer;
    }

    /** The path of a URL that an answer has named; the whole of it when it lies elsewhere. */
    String pathOf(String named) {
        return named.startsWith(url + "/") ? named.substring(url.length()) : named;
    }

    /** Method and path of each call whose path and method were there. */
    Set<String> found() {
        return Set.copyOf(found);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
