package io.herald.adapter.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.attempt.Outcome;
import io.herald.delivery.BulkProvider;
import io.herald.delivery.Message;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Hands mail over to a gateway that speaks the provider protocol ({@code
 * docs/provider-protocol.yaml}): one by one or in bulk, by HTTP/2 where TLS offers it. Every
 * attempt at a notification carries the same key. Follows no redirect and never tries again by
 * itself.
 *
 * <p>Opens no connection before the first message, and uses none that may have died while the
 * function was frozen.
 */
public final class HttpEmailProvider implements BulkProvider<Message.Email>, AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration KEPT_IDLE = Duration.ofSeconds(10);
    private static final int MAX_ANSWER_BYTES = 1_048_576;
    private static final int MAX_CALL_BYTES = 4 * 1_048_576;
    // The names and the ids of a message, and its address.
    private static final int ENVELOPE_BYTES = 600;

    private final HttpProviderSettings settings;
    private final URI single;
    private final URI bulk;
    private final Clock clock;
    private final ProviderAnswers answers;
    private @Nullable HttpClient client;
    private Instant lastUse = Instant.MIN;

    public HttpEmailProvider(HttpProviderSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.answers = new ProviderAnswers(clock);
        var base = settings.url().toString().replaceFirst("/+$", "");
        this.single = URI.create(base + "/messages");
        this.bulk = URI.create(base + "/messages/bulk");
    }

    @Override
    public Capacity capacity() {
        return new Capacity(settings.bulk(), MAX_CALL_BYTES);
    }

    @Override
    public int sizeOf(Message.Email message) {
        var content = message.content();
        return ENVELOPE_BYTES
                + content.subject().length()
                + lengthOf(content.text())
                + lengthOf(content.html());
    }

    @Override
    public Outcome handOver(Message.Email message, Duration timeout) {
        return handOver(single, encode(message), List.of(message), timeout).getFirst();
    }

    @Override
    public List<Outcome> handOver(List<Message.Email> messages, Duration timeout) {
        var body = JsonNodeFactory.instance.arrayNode();
        messages.forEach(message -> body.add(encode(message)));
        return handOver(bulk, body, messages, timeout);
    }

    private List<Outcome> handOver(
            URI target, JsonNode json, List<Message.Email> messages, Duration timeout) {
        var body = new RequestBody(bytes(json));
        var request =
                HttpRequest.newBuilder(target)
                        .header("Authorization", "Bearer " + settings.key())
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "Herald")
                        .POST(body)
                        .build();
        var keys = messages.stream().map(Message::notification).toList();
        return answers.outcomes(send(request, body, timeout), keys);
    }

    private ProviderAnswer send(HttpRequest request, RequestBody body, Duration timeout) {
        var ending =
                client().sendAsync(
                                request,
                                BodyHandlers.limiting(
                                        BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
        try {
            // The client's own timeout ends with the headers; an answer may drip for ever.
            var response = ending.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return new ProviderAnswer.Answered(
                    response.statusCode(),
                    response.headers().firstValue("Retry-After"),
                    response.body());
        } catch (TimeoutException | ExecutionException e) {
            ending.cancel(true);
        } catch (InterruptedException e) {
            ending.cancel(true);
            Thread.currentThread().interrupt();
        }
        return body.withhold() ? new ProviderAnswer.NotSent() : new ProviderAnswer.Silent();
    }

    /**
     * A fresh one after a pause: connections do not outlive a freeze, and to find that out with a
     * message would be to lose it.
     */
    private synchronized HttpClient client() {
        var now = clock.instant();
        var current = client;
        if (current != null && Duration.between(lastUse, now).abs().compareTo(KEPT_IDLE) > 0) {
            current.shutdown();
            current = null;
        }
        if (current == null) {
            current =
                    HttpClient.newBuilder()
                            .connectTimeout(CONNECT_TIMEOUT)
                            .followRedirects(HttpClient.Redirect.NEVER)
                            // Without TLS nothing is offered, and to ask would take a request.
                            .version(
                                    "https".equalsIgnoreCase(settings.url().getScheme())
                                            ? HttpClient.Version.HTTP_2
                                            : HttpClient.Version.HTTP_1_1)
                            .build();
            client = current;
        }
        lastUse = now;
        return current;
    }

    private ObjectNode encode(Message.Email message) {
        var content = message.content();
        var json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("idempotencyKey", message.notification().toString())
                        .put("from", settings.from())
                        .put("to", message.address())
                        .put("subject", content.subject());
        if (content.text() != null) {
            json.put("text", content.text());
        }
        if (content.html() != null) {
            json.put("html", content.html());
        }
        var arguments =
                json.putObject("arguments")
                        .put("tenant", message.tenant().toString())
                        .put("notification", message.notification().toString())
                        .put("attempt", message.attempt());
        var user = message.recipient().userId();
        if (user != null) {
            arguments.put("user", user);
        }
        return json;
    }

    private static byte[] bytes(JsonNode body) {
        try {
            // By way of a text: half of a character becomes a question mark, where Jackson's own
            // encoder would throw.
            return JSON.writeValueAsString(body).getBytes(UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    private static int lengthOf(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.shutdownNow();
            client = null;
        }
    }
}
