package io.herald.adapter.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.herald.attempt.Outcome;
import io.herald.contract.SettableClock;
import io.herald.delivery.Message;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.RenderedMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpEmailProviderTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final String ID = "019a8f3c-5e00-7abc-8def-0123456789ab";
    private static final String OTHER = "019a8f3c-5e00-7abc-8def-0123456789ac";
    private static final TenantId TENANT =
            new TenantId(UUID.fromString("019a8f00-0000-7000-8000-000000000001"));

    private record Request(String path, Headers headers, String body) {}

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-05T10:00:00Z"));
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> closing = new ArrayList<>();
    private final HttpServer gateway;
    private final HttpEmailProvider provider;
    private volatile Answer answer = exchange -> say(exchange, 200, accepted(ID, "m-1"));

    // The gateway's port is needed to make the provider, so both are made here.
    HttpEmailProviderTest() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider = to("http://127.0.0.1:%d/base/".formatted(gateway.getAddress().getPort()));
    }

    @BeforeEach
    void start() {
        gateway.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        gateway.createContext(
                "/",
                exchange -> {
                    requests.add(
                            new Request(
                                    exchange.getRequestURI().toString(),
                                    exchange.getRequestHeaders(),
                                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
                    answer.to(exchange);
                    exchange.close();
                });
        gateway.start();
    }

    @AfterEach
    void stop() throws Exception {
        for (var each : closing) {
            each.close();
        }
        gateway.stop(0);
    }

    @Test
    void posts_a_message_with_its_key_and_what_receipts_are_to_say() throws Exception {
        assertThat(provider.handOver(message(ID), TIMEOUT)).isEqualTo(new Outcome.Sent("m-1"));

        var request = requests.getFirst();
        assertThat(request.path()).isEqualTo("/base/messages");
        assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer hush");
        assertThat(request.headers().getFirst("User-Agent")).isEqualTo("Herald");
        assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
        assertThat(JSON.readTree(request.body()))
                .isEqualTo(
                        JSON.readTree(
                                """
                                {"idempotencyKey": "019a8f3c-5e00-7abc-8def-0123456789ab",
                                 "from": "Herald <herald@example.com>", "to": "ada@example.com",
                                 "subject": "Zo\u00eb's order", "text": "It is on its way.",
                                 "html": "<p>It is on its way.</p>",
                                 "arguments": {"tenant": "019a8f00-0000-7000-8000-000000000001",
                                               "notification": "019a8f3c-5e00-7abc-8def-0123456789ab",
                                               "attempt": 3, "user": "ada"}}\
                                """));
    }

    @Test
    void posts_many_in_one_call_and_reads_what_became_of_each() throws Exception {
        // Not in their order: they are told apart by their keys.
        answer =
                exchange ->
                        say(
                                exchange,
                                200,
                                """
                                [{"idempotencyKey": "%s", "result": "refused", "code": "address_refused"},
                                 {"idempotencyKey": "%s", "result": "duplicate", "id": "m-7"}]\
                                """
                                        .formatted(OTHER, ID));

        var outcomes = provider.handOver(List.of(message(ID), message(OTHER)), TIMEOUT);

        assertThat(outcomes.getFirst()).isEqualTo(new Outcome.Sent("m-7"));
        assertThat(outcomes.getLast())
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected ->
                                assertThat(rejected.reason().code()).isEqualTo("address_refused"));
        assertThat(requests)
                .singleElement()
                .satisfies(request -> assertThat(request.path()).isEqualTo("/base/messages/bulk"));
        assertThat(JSON.readTree(requests.getFirst().body()))
                .extracting(message -> message.path("idempotencyKey").asText())
                .containsExactly(ID, OTHER);
    }

    @Test
    void what_it_posts_follows_the_document() throws Exception {
        var protocol = new ProviderProtocol();
        provider.handOver(message(ID), TIMEOUT);
        provider.handOver(message(OTHER, new Recipient.At("eve@example.org"), null), TIMEOUT);
        provider.handOver(List.of(message(ID), message(OTHER)), TIMEOUT);

        assertThat(requests).hasSize(3);
        assertThat(protocol.violations("/messages", requests.get(0).body())).isEmpty();
        assertThat(protocol.violations("/messages", requests.get(1).body())).isEmpty();
        assertThat(protocol.violations("/messages/bulk", requests.get(2).body())).isEmpty();
        assertThat(protocol.violations("/messages", requests.get(2).body())).isNotEmpty();
    }

    @Test
    void half_a_character_spoils_no_message() {
        var broken = new RenderedMessage.Email("half \ud83d", "of one", null);

        assertThat(
                        provider.handOver(
                                new Message.Email(
                                        NotificationId.parse(ID),
                                        1,
                                        TENANT,
                                        new Recipient.At("ada@example.com"),
                                        "ada@example.com",
                                        broken),
                                TIMEOUT))
                .isInstanceOf(Outcome.Sent.class);
        assertThat(requests.getFirst().body()).contains("half ?");
    }

    @ParameterizedTest
    @CsvSource({
        "429, 30, provider_throttled, 30",
        "429, , provider_throttled, ",
        "503, 7, provider_throttled, 7",
        "503, 'Mon, 05 Jan 2026 10:01:00 GMT', provider_throttled, 60",
        "401, , provider_authentication, ",
        "403, , provider_authentication, ",
        "302, , provider_refused, ",
        "404, , provider_refused, ",
        "409, 3, provider_refused, ",
    })
    void takes_for_not_accepted_what_the_gateway_says_it_has_not_taken(
            int status, @Nullable String retryAfter, String code, @Nullable Integer seconds) {
        answer =
                exchange -> {
                    if (retryAfter != null) {
                        exchange.getResponseHeaders().set("Retry-After", retryAfter);
                    }
                    exchange.sendResponseHeaders(status, -1);
                };

        for (var outcome :
                List.of(
                        provider.handOver(message(ID), TIMEOUT),
                        provider.handOver(List.of(message(ID), message(OTHER)), TIMEOUT).get(1))) {
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Retryable.class,
                            retryable -> {
                                assertThat(retryable.reason().code()).isEqualTo(code);
                                assertThat(retryable.retryAfter())
                                        .isEqualTo(
                                                seconds == null
                                                        ? null
                                                        : Duration.ofSeconds(seconds));
                            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void a_message_that_is_not_taken_alone_is_refused_and_among_others_tried_again(int status) {
        answer = exchange -> exchange.sendResponseHeaders(status, -1);

        assertThat(provider.handOver(message(ID), TIMEOUT)).isInstanceOf(Outcome.Rejected.class);
        assertThat(provider.handOver(List.of(message(ID), message(OTHER)), TIMEOUT))
                .hasSize(2)
                .hasOnlyElementsOfType(Outcome.Retryable.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 599, 201, 204})
    void takes_for_lost_what_says_nothing_of_what_was_accepted(int status) {
        answer = exchange -> exchange.sendResponseHeaders(status, -1);

        assertThat(provider.handOver(message(ID), TIMEOUT)).isInstanceOf(Outcome.Lost.class);
        assertThat(provider.handOver(List.of(message(ID), message(OTHER)), TIMEOUT))
                .hasSize(2)
                .hasOnlyElementsOfType(Outcome.Lost.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not JSON",
                "[]",
                "null",
                "{\"result\": \"accepted\", \"id\": \"m-1\"}",
                "{\"idempotencyKey\": \"another\", \"result\": \"accepted\", \"id\": \"m-1\"}",
                "{\"idempotencyKey\": \"" + ID + "\", \"result\": \"perhaps\"}",
                "{\"idempotencyKey\": \"" + ID + "\"}"
            })
    void takes_for_lost_what_an_answer_does_not_speak_of(String body) {
        answer = exchange -> say(exchange, 200, body);

        assertThat(provider.handOver(message(ID), TIMEOUT))
                .isInstanceOfSatisfying(
                        Outcome.Lost.class,
                        lost -> assertThat(lost.reason().code()).isEqualTo("provider_unreadable"));
    }

    @Test
    void takes_for_lost_only_those_of_a_call_that_have_no_result() {
        answer = exchange -> say(exchange, 200, "[" + accepted(OTHER, "m-2") + "]");

        var outcomes = provider.handOver(List.of(message(ID), message(OTHER)), TIMEOUT);

        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Lost.class);
        assertThat(outcomes.getLast()).isEqualTo(new Outcome.Sent("m-2"));
    }

    @ParameterizedTest
    @CsvSource({
        "address_refused, address_refused",
        "message_refused, message_refused",
        "too_funny, provider_refused",
        "'Sent to ada@example.com', provider_refused",
    })
    void a_refusal_says_why_and_nothing_personal(String code, String reason) {
        answer =
                exchange ->
                        say(
                                exchange,
                                200,
                                "{\"idempotencyKey\": \"%s\", \"result\": \"refused\", \"code\": \"%s\"}"
                                        .formatted(ID, code));

        assertThat(provider.handOver(message(ID), TIMEOUT))
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> {
                            assertThat(rejected.reason().code()).isEqualTo(reason);
                            assertThat(rejected.reason().words()).doesNotContain("@");
                        });
    }

    @Test
    void an_answer_without_end_is_lost() throws Exception {
        try (var server =
                new RawServer(peer -> {
                    peer.line();
                    peer.say("HTTP/1.1 200 OK\r\n");
                    while (true) {
                        peer.say("x".repeat(10_000));
                    }
                })) {
            assertThat(to(server).handOver(message(ID), TIMEOUT)).isInstanceOf(Outcome.Lost.class);
        }
    }

    @Test
    void a_gateway_that_says_nothing_takes_no_longer_than_it_may() throws Exception {
        try (var server = new RawServer(RawServer.Peer::beSilent)) {
            assertIsLostInTime(to(server));
        }
    }

    @Test
    void a_gateway_that_drips_takes_no_longer_than_it_may() throws Exception {
        try (var server =
                new RawServer(peer -> {
                    peer.line();
                    peer.say("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n");
                    while (true) {
                        peer.say("x");
                        pause();
                    }
                })) {
            assertIsLostInTime(to(server));
        }
    }

    @Test
    void a_connection_that_is_cut_in_the_midst_of_a_request_is_lost_and_not_tried_again()
            throws Exception {
        try (var server =
                new RawServer(peer -> {
                    peer.line();
                    peer.reset();
                })) {
            assertThat(to(server).handOver(message(ID), TIMEOUT)).isInstanceOf(Outcome.Lost.class);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void a_connection_that_is_closed_instead_of_an_answer_is_lost_and_not_tried_again()
            throws Exception {
        try (var server = new RawServer(RawServer.Peer::line)) {
            assertThat(to(server).handOver(message(ID), TIMEOUT)).isInstanceOf(Outcome.Lost.class);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void a_connection_that_is_cut_in_the_midst_of_an_answer_is_lost() throws Exception {
        try (var server =
                new RawServer(peer -> {
                    peer.line();
                    peer.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
                })) {
            assertThat(to(server).handOver(message(ID), TIMEOUT)).isInstanceOf(Outcome.Lost.class);
        }
    }

    @Test
    void a_gateway_that_is_not_there_has_got_nothing() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        assertThat(to("http://127.0.0.1:" + free).handOver(message(ID), TIMEOUT))
                .isInstanceOfSatisfying(
                        Outcome.Retryable.class,
                        retryable ->
                                assertThat(retryable.reason().code())
                                        .isEqualTo("provider_unreachable"));
    }

    @Test
    void a_gateway_that_has_no_name_has_got_nothing() throws Exception {
        assertThat(to("http://gateway.invalid").handOver(message(ID), TIMEOUT))
                .isInstanceOf(Outcome.Retryable.class);
    }

    @Test
    void a_gateway_that_cannot_say_who_it_is_has_got_nothing() throws Exception {
        try (var server = new RawServer(peer -> peer.say("This is no TLS."))) {
            assertThat(to("https://127.0.0.1:" + server.port()).handOver(message(ID), TIMEOUT))
                    .isInstanceOf(Outcome.Retryable.class);
        }
    }

    @Test
    void a_gateway_that_never_comes_to_an_end_with_tls_has_got_nothing() throws Exception {
        try (var server = new RawServer(RawServer.Peer::beSilent)) {
            assertThat(to("https://127.0.0.1:" + server.port()).handOver(message(ID), SHORT))
                    .isInstanceOf(Outcome.Retryable.class);
        }
    }

    @Test
    void uses_a_connection_again_but_none_that_a_freeze_may_have_ended() throws Exception {
        try (var server =
                new RawServer(peer -> {
                    while (!peer.line().isEmpty()) {
                        int length = 0;
                        for (var line = peer.line(); !line.isEmpty(); line = peer.line()) {
                            if (line.startsWith("Content-Length: ")) {
                                length = Integer.parseInt(line.substring(16));
                            }
                        }
                        peer.in().skipNBytes(length);
                        var body = accepted(ID, "m-1");
                        peer.say(
                                "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                                        .formatted(body.length() + 2, body));
                    }
                })) {
            var reusing = to(server);
            reusing.handOver(message(ID), TIMEOUT);
            clock.advance(Duration.ofSeconds(5));
            reusing.handOver(message(ID), TIMEOUT);
            assertThat(server.connections()).isEqualTo(1);

            clock.advance(Duration.ofSeconds(11));
            assertThat(reusing.handOver(message(ID), TIMEOUT)).isInstanceOf(Outcome.Sent.class);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void counts_what_a_message_adds_to_a_call() {
        var small = provider.sizeOf(message(ID));
        var large =
                provider.sizeOf(
                        message(ID, new Recipient.OfUser(new UserId("ada")), "x".repeat(1_000)));

        assertThat(large - small).isEqualTo(1_000 - "<p>It is on its way.</p>".length());
        assertThat(provider.capacity().messages()).isEqualTo(50);
    }

    private static void assertIsLostInTime(HttpEmailProvider provider) {
        long start = System.nanoTime();

        assertThat(provider.handOver(message(ID), SHORT)).isInstanceOf(Outcome.Lost.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }

    private HttpEmailProvider to(RawServer server) {
        return to("http://127.0.0.1:" + server.port());
    }

    private HttpEmailProvider to(String url) {
        var made =
                new HttpEmailProvider(
                        new HttpProviderSettings(
                                URI.create(url), "hush", null, "Herald <herald@example.com>", 50),
                        clock);
        closing.add(made);
        return made;
    }

    private static String accepted(String key, String id) {
        return "{\"idempotencyKey\": \"%s\", \"result\": \"accepted\", \"id\": \"%s\"}"
                .formatted(key, id);
    }

    private static void say(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Message.Email message(String id) {
        return message(id, new Recipient.OfUser(new UserId("ada")), "<p>It is on its way.</p>");
    }

    private static Message.Email message(String id, Recipient recipient, @Nullable String html) {
        return new Message.Email(
                NotificationId.parse(id),
                3,
                TENANT,
                recipient,
                "ada@example.com",
                new RenderedMessage.Email("Zo\u00eb's order", "It is on its way.", html));
    }
}
