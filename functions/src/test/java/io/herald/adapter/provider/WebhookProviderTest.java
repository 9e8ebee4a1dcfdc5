package io.herald.adapter.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.herald.attempt.Outcome;
import io.herald.delivery.Message;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.RenderedMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WebhookProviderTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final String ID = "019a8f3c-5e00-7abc-8def-0123456789ab";

    private record Request(String method, String path, Headers headers, String body) {}

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    // The reference library refuses a timestamp that is minutes away from its own clock.
    private final Instant now = Instant.now();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger lookups = new AtomicInteger();
    private HttpServer receiver;
    private WebhookProvider provider;
    private volatile Answer answer = exchange -> exchange.sendResponseHeaders(204, -1);

    // The receiver's port is needed to make the provider, so both are made here.
    WebhookProviderTest() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider = providerThatAllows("127.0.0.1:" + receiver.getAddress().getPort());
    }

    @BeforeEach
    void start() {
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext(
                "/",
                exchange -> {
                    requests.add(
                            new Request(
                                    exchange.getRequestMethod(),
                                    exchange.getRequestURI().toString(),
                                    exchange.getRequestHeaders(),
                                    new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
                    answer.to(exchange);
                    exchange.close();
                });
        receiver.start();
    }

    @AfterEach
    void stop() throws IOException {
        provider.close();
        receiver.stop(0);
    }

    @Test
    void posts_what_the_reference_library_verifies() throws Exception {
        assertThat(provider.handOver(message(url("/hook?a=b")), TIMEOUT))
                .isEqualTo(new Outcome.Delivered(null));

        var request = requests.getFirst();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/hook?a=b");
        assertThat(request.headers().getFirst("webhook-id")).isEqualTo(ID);
        assertThat(request.headers().getFirst("webhook-timestamp"))
                .isEqualTo(String.valueOf(now.getEpochSecond()));
        new Webhook(SECRET)
                .verify(
                        request.body(),
                        Map.of(
                                "webhook-id",
                                List.of(header(request, "webhook-id")),
                                "webhook-timestamp",
                                List.of(header(request, "webhook-timestamp")),
                                "webhook-signature",
                                List.of(header(request, "webhook-signature"))));
    }

    @Test
    void says_who_it_is_and_what_it_sends_and_nothing_of_its_own() {
        provider.handOver(message(url("/")), TIMEOUT);

        var request = requests.getFirst();
        assertThat(request.headers().getFirst("User-Agent")).isEqualTo("Herald");
        assertThat(request.headers().getFirst("Content-Type")).startsWith("application/json");
        assertThat(request.headers()).doesNotContainKeys("Cookie", "Accept-Encoding", "Expect");
        assertThat(request.body())
                .isEqualTo(
                        "{\"type\":\"order.shipped\",\"timestamp\":\"2025-11-17T00:34:49.472Z\","
                                + "\"data\":{\"notificationId\":\""
                                + ID
                                + "\",\"userId\":\"ada\",\"template\":\"order-shipped\","
                                + "\"body\":\"Order A-17 is on its way.\","
                                + "\"payload\":{\"order\":\"A-17\"}}}");
    }

    @Test
    void every_attempt_has_the_same_id_and_the_same_body() {
        provider.handOver(message(url("/")), TIMEOUT);
        provider.handOver(message(url("/")), TIMEOUT);

        assertThat(requests)
                .extracting(Request::body)
                .hasSize(2)
                .containsOnly(requests.get(0).body());
        assertThat(requests)
                .extracting(request -> header(request, "webhook-id"))
                .containsExactly(ID, ID);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void a_success_is_a_delivery(int status) {
        answers(status, null);

        assertThat(handOver()).isEqualTo(new Outcome.Delivered(null));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 599})
    void after_a_failure_it_may_have_been_taken(int status) {
        answers(status, null);

        assertThat(handOver())
                .isInstanceOfSatisfying(
                        Outcome.Lost.class,
                        lost -> {
                            assertThat(lost.reason().code()).isEqualTo("endpoint_failed");
                            assertThat(lost.reason().words()).contains("" + status);
                        });
        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429})
    void what_was_not_taken_may_be_retried(int status) {
        answers(status, null);

        assertThat(handOver())
                .isInstanceOfSatisfying(
                        Outcome.Retryable.class,
                        retryable -> {
                            assertThat(retryable.reason().code()).isEqualTo("endpoint_failed");
                            assertThat(retryable.reason().words()).contains("" + status);
                            assertThat(retryable.retryAfter()).isNull();
                        });
        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 413, 422, 499})
    void a_refusal_is_final_and_a_redirect_is_one(int status) {
        answers(status, Map.of("Location", url("/elsewhere")));

        assertThat(handOver()).satisfies(outcome -> assertRejected(outcome, "endpoint_refused"));
        assertThat(requests).hasSize(1);
    }

    @Test
    void an_endpoint_that_is_gone_is_said_to_be_gone() {
        answers(410, null);

        assertThat(handOver()).satisfies(outcome -> assertRejected(outcome, "endpoint_gone"));
    }

    @ParameterizedTest
    @CsvSource({"30, PT30S", "0, PT0S", "999999999, PT24H"})
    void waits_for_as_many_seconds_as_it_is_asked_to(String header, Duration expected) {
        answers(429, Map.of("Retry-After", header));

        assertThat(handOver())
                .isInstanceOfSatisfying(
                        Outcome.Retryable.class,
                        retryable -> assertThat(retryable.retryAfter()).isEqualTo(expected));
    }

    @Test
    void waits_until_the_date_it_is_asked_to() {
        var date =
                java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        now.plusSeconds(90).atZone(ZoneOffset.UTC));
        answers(503, Map.of("Retry-After", date));

        assertThat(handOver())
                .isInstanceOfSatisfying(
                        Outcome.Retryable.class,
                        retryable ->
                                assertThat(retryable.retryAfter())
                                        .isBetween(Duration.ofSeconds(89), Duration.ofSeconds(90)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-5", "1.5", "99999999999999999999"})
    void a_wait_that_cannot_be_read_is_passed_over(String header) {
        answers(429, Map.of("Retry-After", header));

        assertThat(handOver())
                .isInstanceOfSatisfying(
                        Outcome.Retryable.class,
                        retryable -> assertThat(retryable.retryAfter()).isNull());
    }

    @Test
    void a_date_that_has_passed_asks_for_no_wait() {
        answers(503, Map.of("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"));

        assertThat(handOver())
                .isInstanceOfSatisfying(
                        Outcome.Retryable.class,
                        retryable -> assertThat(retryable.retryAfter()).isEqualTo(Duration.ZERO));
    }

    @Test
    void an_answer_without_end_is_cut_off() {
        answer =
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    var block = new byte[65_536];
                    while (true) {
                        exchange.getResponseBody().write(block);
                    }
                };

        assertThat(handOver()).isEqualTo(new Outcome.Delivered(null));
    }

    @Test
    void a_connection_is_used_again() throws IOException {
        try (var server = new RawServer(WebhookProviderTest::answerOkForever);
                var provider = providerThatAllows("127.0.0.1:" + server.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(provider.handOver(message(urlOf(server)), TIMEOUT))
                        .isEqualTo(new Outcome.Delivered(null));
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void a_kept_connection_that_the_endpoint_closed_costs_nothing() throws Exception {
        try (var server = new RawServer(peer -> answerOk(peer));
                var provider = providerThatAllows("127.0.0.1:" + server.port())) {
            for (int i = 0; i < 5; i++) {
                assertThat(provider.handOver(message(urlOf(server)), TIMEOUT))
                        .isEqualTo(new Outcome.Delivered(null));
                while (server.ended() <= i) {
                    Thread.onSpinWait();
                }
            }
            assertThat(server.connections()).isEqualTo(5);
        }
    }

    @Test
    void nobody_listening_may_be_retried() throws IOException {
        int port;
        try (var server = new RawServer(RawServer.Peer::beSilent)) {
            port = server.port();
        }
        try (var provider = providerThatAllows("127.0.0.1:" + port)) {
            assertThat(provider.handOver(message("http://127.0.0.1:" + port + "/"), TIMEOUT))
                    .satisfies(outcome -> assertRetryable(outcome, "endpoint_unreachable"));
        }
    }

    @Test
    void a_name_that_does_not_resolve_may_be_retried() {
        assertThat(provider.handOver(message("https://missing.example/"), TIMEOUT))
                .satisfies(outcome -> assertRetryable(outcome, "endpoint_unreachable"));
    }

    @Test
    void a_look_up_that_hangs_ends_in_time() throws IOException {
        try (var provider =
                new WebhookProvider(
                        Set.of(),
                        clock(),
                        host -> {
                            sleep(Duration.ofSeconds(20));
                            return new InetAddress[0];
                        })) {
            long start = System.nanoTime();

            assertThat(provider.handOver(message("https://slow.example/"), SHORT))
                    .satisfies(outcome -> assertRetryable(outcome, "endpoint_unreachable"));

            assertThat(since(start)).isLessThan(Duration.ofMillis(1_500));
        }
    }

    @Test
    void tls_that_fails_may_be_retried() throws IOException {
        try (var server = new RawServer(peer -> peer.say("I speak no TLS"));
                var provider = providerThatAllows("127.0.0.1:" + server.port())) {
            assertThat(
                            provider.handOver(
                                    message("https://127.0.0.1:" + server.port() + "/"), TIMEOUT))
                    .satisfies(outcome -> assertRetryable(outcome, "endpoint_unreachable"));
        }
    }

    @Test
    void tls_that_hangs_may_be_retried_and_ends_in_time() throws IOException {
        try (var server = new RawServer(RawServer.Peer::beSilent);
                var provider = providerThatAllows("127.0.0.1:" + server.port())) {
            long start = System.nanoTime();

            assertThat(
                            provider.handOver(
                                    message("https://127.0.0.1:" + server.port() + "/"), SHORT))
                    .satisfies(outcome -> assertRetryable(outcome, "endpoint_unreachable"));

            assertThat(since(start)).isLessThan(Duration.ofMillis(1_500));
        }
    }

    @Test
    void no_answer_to_a_request_is_a_lost_outcome() throws IOException {
        assertLost(RawServer.Peer::beSilent);
    }

    @Test
    void a_connection_that_ends_without_an_answer_is_a_lost_outcome() throws IOException {
        assertLost(WebhookProviderTest::readHeaders);
    }

    @Test
    void a_connection_that_is_reset_is_a_lost_outcome() throws IOException {
        assertLost(peer -> {
            readHeaders(peer);
            peer.reset();
        });
    }

    @Test
    void an_answer_that_drips_is_a_lost_outcome() throws IOException {
        assertLost(peer -> {
            readHeaders(peer);
            for (var letter : "HTTP/1.1 200 OK and so on and so forth".split("")) {
                peer.socket().getOutputStream().write(letter.getBytes(UTF_8));
                sleep(Duration.ofMillis(100));
            }
        });
    }

    @Test
    void an_answer_that_is_no_http_is_a_lost_outcome() throws IOException {
        assertLost(peer -> {
            readHeaders(peer);
            peer.say("x".repeat(100_000));
            peer.beSilent();
        });
    }

    @Test
    void a_body_that_drips_changes_nothing_of_the_answer() throws IOException {
        try (var server =
                        new RawServer(peer -> {
                            readHeaders(peer);
                            peer.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n");
                            peer.beSilent();
                        });
                var provider = providerThatAllows("127.0.0.1:" + server.port())) {
            long start = System.nanoTime();

            assertThat(provider.handOver(message(urlOf(server)), SHORT))
                    .isEqualTo(new Outcome.Delivered(null));

            assertThat(since(start)).isLessThan(Duration.ofMillis(1_500));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:1/",
                "http://127.0.0.1/",
                "http://localhost/",
                "http://LOCALHOST/",
                "http://[::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://[0:0:0:0:0:ffff:7f00:1]/",
                "http://[fe80::1%25lo]/",
                "http://[fd00:ec2::254]/",
                "http://169.254.169.254/latest/meta-data/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.0.0.1/",
                "http://0177.0.0.1/",
                "http://127.1/",
                "http://0/",
                "http://10.0.0.1/",
                "http://private.example/",
                "https://private.example/",
                "http://mixed.example/",
                "ftp://public.example/",
                "file:///etc/passwd",
                "http:///path",
                "//public.example/",
                "public.example",
                "http://user:password@public.example/",
                "http://public.example:0/",
                "http://public.example:65536/",
                "http://exa mple/",
                "",
            })
    void a_target_that_is_not_public_is_refused_without_a_connection(String url) {
        assertThat(provider.handOver(message(url), TIMEOUT))
                .satisfies(outcome -> assertRejected(outcome, "target_not_allowed"));
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:%d/", "http://2130706433:%d/", "http://[::1]:%d/"})
    void another_name_for_an_allowed_target_is_refused(String url) {
        var target = url.formatted(receiver.getAddress().getPort());

        assertThat(provider.handOver(message(target), TIMEOUT))
                .satisfies(outcome -> assertRejected(outcome, "target_not_allowed"));
        assertThat(requests).isEmpty();
    }

    @Test
    void connects_to_the_address_that_was_checked() throws IOException {
        int port = receiver.getAddress().getPort();
        try (var provider = providerThatAllows("receiver.example:" + port)) {
            assertThat(provider.handOver(message("http://receiver.example:" + port + "/"), TIMEOUT))
                    .isEqualTo(new Outcome.Delivered(null));
        }
        // A second look-up could have answered otherwise.
        assertThat(lookups).hasValue(1);
        assertThat(requests.getFirst().headers().getFirst("Host"))
                .isEqualTo("receiver.example:" + port);
    }

    private void assertLost(RawServer.Conversation conversation) throws IOException {
        try (var server = new RawServer(conversation);
                var provider = providerThatAllows("127.0.0.1:" + server.port())) {
            long start = System.nanoTime();

            assertThat(provider.handOver(message(urlOf(server)), SHORT))
                    .isInstanceOfSatisfying(
                            Outcome.Lost.class,
                            lost -> assertThat(lost.reason().code()).isEqualTo("endpoint_silent"));

            assertThat(since(start)).isLessThan(Duration.ofMillis(1_500));
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    private static void assertRejected(Outcome outcome, String code) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> assertThat(rejected.reason().code()).isEqualTo(code));
    }

    private static void assertRetryable(Outcome outcome, String code) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Retryable.class,
                        retryable -> assertThat(retryable.reason().code()).isEqualTo(code));
    }

    private static void readHeaders(RawServer.Peer peer) throws IOException {
        int length = 0;
        for (var line = peer.line(); !line.isEmpty(); line = peer.line()) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        peer.in().readNBytes(length);
    }

    private static void answerOk(RawServer.Peer peer) throws IOException {
        readHeaders(peer);
        peer.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n");
    }

    private static void answerOkForever(RawServer.Peer peer) throws IOException {
        while (!peer.socket().isClosed()) {
            answerOk(peer);
        }
    }

    private Outcome handOver() {
        return provider.handOver(message(url("/")), TIMEOUT);
    }

    private void answers(int status, @Nullable Map<String, String> headers) {
        answer =
                exchange -> {
                    if (headers != null) {
                        headers.forEach(exchange.getResponseHeaders()::set);
                    }
                    exchange.sendResponseHeaders(status, -1);
                };
    }

    private WebhookProvider providerThatAllows(String target) {
        return new WebhookProvider(Set.of(target), clock(), this::lookUp);
    }

    /** Answers for the world's name servers. */
    private InetAddress[] lookUp(String host) throws UnknownHostException {
        lookups.incrementAndGet();
        return switch (host) {
            case "private.example" -> addresses("10.1.2.3");
            case "mixed.example" -> addresses("8.8.8.8", "169.254.169.254");
            case "receiver.example" -> addresses("127.0.0.1");
            case "public.example" -> addresses("8.8.8.8");
            case "missing.example" -> throw new UnknownHostException(host);
            default -> InetAddress.getAllByName(host);
        };
    }

    private static InetAddress[] addresses(String... literals) {
        return java.util.Arrays.stream(literals)
                .map(InetAddress::ofLiteral)
                .toArray(InetAddress[]::new);
    }

    private Clock clock() {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + path;
    }

    private static String urlOf(RawServer server) {
        return "http://127.0.0.1:" + server.port() + "/";
    }

    private static String header(Request request, String name) {
        return String.valueOf(request.headers().getFirst(name));
    }

    private static Message.Webhook message(String url) {
        return new Message.Webhook(
                NotificationId.parse(ID),
                new TenantId(UUID.fromString("019a8f00-0000-7000-8000-000000000001")),
                new Recipient.OfUser(new UserId("ada")),
                url,
                SECRET,
                "order-shipped",
                new RenderedMessage.Webhook("order.shipped", "Order A-17 is on its way."),
                JsonNodeFactory.instance.objectNode().put("order", "A-17"),
                null);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
