package io.herald.local.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.herald.catalog.Catalog;
import io.herald.local.lambda.InvocationResult;
import io.herald.local.lambda.InvocationResult.Answered;
import io.herald.local.lambda.InvocationResult.Failed;
import io.herald.local.lambda.InvocationResult.Payload;
import io.herald.local.lambda.InvocationResult.Throttled;
import io.herald.local.lambda.InvocationResult.TimedOut;
import io.herald.local.lambda.InvocationResult.TooLarge;
import io.herald.local.lambda.Invoker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GatewayTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Function function = event -> answered(event);
    private Gateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway =
                Gateway.start(
                        new GatewaySettings(0, Duration.ofSeconds(29), Duration.ofSeconds(5)),
                        ApiResourcesTest.sample(),
                        Map.of("", new TestInvoker(event -> function.apply(event))),
                        Clock.systemUTC());
    }

    @AfterEach
    void stop() {
        // The client first: a stop gives idle connections another second.
        client.close();
        gateway.close();
    }

    @Test
    void hands_the_event_to_the_function_and_its_answer_to_the_caller() throws Exception {
        function = event -> answered("{\"statusCode\":202,\"body\":\"[1]\"}");
        var answer = send(post("/v1/notifications", "{}".getBytes(UTF_8)));
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(text(answer)).isEqualTo("[1]");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void speaks_http_1_1_and_cleartext_http_2_by_upgrade_on_one_port(HttpClient.Version version)
            throws Exception {
        function = GatewayTest::echo;
        try (var other = HttpClient.newBuilder().version(version).build()) {
            // The upgrade rides on the first request; the second is on the upgraded connection.
            for (var i = 0; i < 2; i++) {
                var answer =
                        other.send(
                                post("/v1/notifications", "{\"a\":1}".getBytes(UTF_8))
                                        .header("X-Color", "red")
                                        .build(),
                                HttpResponse.BodyHandlers.ofByteArray());
                assertThat(answer.statusCode()).isEqualTo(200);
                var event = JSON.readTree(answer.body());
                assertThat(event.get("resource").asText()).isEqualTo("/v1/notifications");
                assertThat(event.get("body").asText()).isEqualTo("{\"a\":1}");
                assertThat(event.get("headers").findValuesAsText("Host"))
                        .containsExactly("127.0.0.1:" + gateway.port());
                assertThat(answer.headers().firstValue("x-amzn-RequestId"))
                        .hasValue(event.at("/requestContext/requestId").asText());
            }
            var upgraded =
                    other.send(request("/healthz").build(), HttpResponse.BodyHandlers.discarding());
            assertThat(upgraded.version()).isEqualTo(version);
        }
    }

    @Test
    void speaks_cleartext_http_2_with_prior_knowledge() throws Exception {
        try (var socket = connect()) {
            // The preface of RFC 9113, section 3.4, and an empty SETTINGS frame.
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(UTF_8));
            socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            var frameHeader = socket.getInputStream().readNBytes(9);
            assertThat(frameHeader[3]).as("the type SETTINGS").isEqualTo((byte) 4);
        }
    }

    @Test
    void every_value_of_a_multi_value_header_is_sent() throws Exception {
        function =
                event ->
                        answered(
                                "{\"statusCode\":200,\"multiValueHeaders\":{\"Set-Cookie\":"
                                        + "[\"a=1\",\"b=2\"]}}");
        assertThat(send(request("/healthz")).headers().allValues("Set-Cookie"))
                .containsExactly("a=1", "b=2");
    }

    @Test
    void www_authenticate_arrives_remapped() throws Exception {
        function =
                event ->
                        answered(
                                "{\"statusCode\":401,\"headers\":{\"WWW-Authenticate\":\"Bearer\"}}");
        var answer = send(request("/healthz"));
        assertThat(answer.headers().firstValue("x-amzn-Remapped-WWW-Authenticate"))
                .hasValue("Bearer");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
    }

    @Test
    void an_answer_to_head_has_no_body() throws Exception {
        function = event -> answered("{\"statusCode\":200,\"body\":\"abc\"}");
        var answer = send(request("/healthz").method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void an_answer_to_head_tells_no_length_that_get_would_not_have() throws Exception {
        function = event -> answered("{\"statusCode\":200,\"body\":\"\"}");
        assertThat(raw("HEAD /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .doesNotContainIgnoringCase("content-length: 0");
    }

    @Test
    void an_unknown_path_reaches_the_function() throws Exception {
        function = GatewayTest::echo;
        var event = JSON.readTree(send(request("/no/such/path")).body());
        assertThat(event.get("resource").asText()).isEqualTo("/{proxy+}");
        assertThat(event.at("/pathParameters/proxy").asText()).isEqualTo("no/such/path");
    }

    @Test
    void an_encoded_slash_stays_in_its_segment() throws Exception {
        function = GatewayTest::echo;
        var event = JSON.readTree(send(request("/v1/users/a%2F..%2Fb%25")).body());
        assertThat(event.at("/pathParameters/userId").asText()).isEqualTo("a/../b%");
    }

    @ParameterizedTest
    @CsvSource({"gzip", "deflate"})
    void a_coded_request_body_is_decoded(String coding) throws Exception {
        function = GatewayTest::echo;
        var body = "{\"text\":\"" + "a".repeat(5_000) + "\"}";
        var bytes = new ByteArrayOutputStream();
        try (var coder =
                coding.equals("gzip")
                        ? new GZIPOutputStream(bytes)
                        : new DeflaterOutputStream(bytes)) {
            coder.write(body.getBytes(UTF_8));
        }
        var answer =
                send(
                        post("/v1/notifications", bytes.toByteArray())
                                .header("Content-Encoding", coding));
        var event = JSON.readTree(answer.body());
        assertThat(event.get("body").asText()).isEqualTo(body);
        assertThat(event.get("headers").has("Content-Encoding")).isFalse();
    }

    @Test
    void a_body_that_is_not_in_the_coding_it_names_is_refused() throws Exception {
        assertProblem(
                send(
                        post("/v1/notifications", "{}".getBytes(UTF_8))
                                .header("Content-Encoding", "gzip")),
                415);
        assertProblem(
                send(
                        post("/v1/notifications", "{}".getBytes(UTF_8))
                                .header("Content-Encoding", "br")),
                415);
        var half = gzip(new byte[100_000]);
        assertProblem(
                send(
                        post("/v1/notifications", Arrays.copyOf(half, half.length - 20))
                                .header("Content-Encoding", "gzip")),
                415);
    }

    @Test
    void a_zip_bomb_is_refused() throws Exception {
        var bomb = gzip(new byte[100 * 1_024 * 1_024]);
        assertThat(bomb).hasSizeLessThan(1_024 * 1_024);
        assertProblem(
                send(post("/v1/notifications", bomb).header("Content-Encoding", "gzip")), 413);
    }

    @ParameterizedTest
    @CsvSource({
        "gzip, 1024, true",
        "'br, gzip;q=0.5', 1024, true",
        "gzip, 1023, false",
        "identity, 1024, false",
        "*, 1024, false",
        "gzip;q=0, 1024, false",
        "'', 1024, false",
    })
    void an_answer_is_compressed_when_the_client_says_so_and_it_is_worth_it(
            String accepted, int length, boolean compressed) throws Exception {
        var body = "a".repeat(length);
        function = event -> answered("{\"statusCode\":200,\"body\":\"" + body + "\"}");
        var request = request("/healthz");
        var answer =
                send(accepted.isEmpty() ? request : request.header("Accept-Encoding", accepted));
        assertThat(answer.headers().firstValue("Content-Encoding").isPresent())
                .isEqualTo(compressed);
        var received =
                compressed
                        ? new GZIPInputStream(new ByteArrayInputStream(answer.body()))
                                .readAllBytes()
                        : answer.body();
        assertThat(new String(received, UTF_8)).isEqualTo(body);
    }

    @Test
    void a_body_beyond_10_mb_is_refused() throws Exception {
        assertProblem(
                send(post("/v1/notifications", new byte[GatewayHandler.BODY_LIMIT + 1])), 413);
    }

    @Test
    void an_event_beyond_the_limit_of_an_invocation_is_refused_escaping_included()
            throws Exception {
        function = event -> new TooLarge(Payload.REQUEST, event.length);
        // 3.5 MB of quotes: each takes two bytes in the event.
        var body = "\"".repeat(3_500_000).getBytes(UTF_8);
        var answer = send(post("/v1/notifications", body));
        assertProblem(answer, 413);
        assertThat(JSON.readTree(answer.body()).get("detail").asText())
                .contains(Integer.toString(Catalog.INVOCATION_LIMIT_BYTES))
                .matches(".* has 700\\d{4} bytes.*");
    }

    @Test
    void what_goes_wrong_with_the_invocation_is_a_problem_document() throws Exception {
        function = event -> new Failed("java.lang.IllegalStateException", "a secret");
        var failed = send(request("/healthz"));
        assertProblem(failed, 502);
        assertThat(text(failed)).doesNotContain("secret", "IllegalState");
        function = event -> answered("not JSON");
        assertProblem(send(request("/healthz")), 502);
        function = event -> new TooLarge(Payload.RESPONSE, 7_000_000);
        assertProblem(send(request("/healthz")), 502);
        function = event -> new TimedOut();
        assertProblem(send(request("/healthz")), 504);
        function = event -> new Throttled();
        var throttled = send(request("/healthz"));
        assertProblem(throttled, 429);
        assertThat(throttled.headers().firstValue("Retry-After")).hasValue("1");
        function =
                event -> {
                    throw new IllegalStateException("a secret");
                };
        var broken = send(request("/healthz"));
        assertProblem(broken, 500);
        assertThat(text(broken)).doesNotContain("secret", "IllegalState");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/users/%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /v1/users/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /v1/users/%ff HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /v1/users/a?b=%e0%80 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /v1/users/a\0b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n",
                "GET /healthz HTTP/1.1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GE\0T /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
                "rubbish\r\n\r\n",
                "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzz\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n",
            })
    void a_malformed_request_is_answered_400_with_a_problem_document(String request)
            throws Exception {
        assertRawProblem(raw(request), 400);
    }

    @Test
    void headers_and_targets_that_are_too_long_are_answered_with_a_problem_document()
            throws Exception {
        assertRawProblem(
                raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(20_000) + "\r\n\r\n"), 431);
        assertRawProblem(raw("GET /" + "y".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
    }

    @Test
    void an_unknown_version_is_answered_with_a_problem_document() throws Exception {
        assertRawProblem(raw("GET /healthz\r\n\r\n"), 505);
        assertRawProblem(raw("GET / HTTP/3.7\r\nHost: a\r\n\r\n"), 505);
    }

    @Test
    void rubbish_never_brings_a_stack_trace_or_html() throws Exception {
        var random = new Random(7);
        for (var i = 0; i < 50; i++) {
            var bytes = new byte[1 + random.nextInt(400)];
            random.nextBytes(bytes);
            var answer = raw(new String(bytes, ISO_8859_1) + "\r\n\r\n");
            assertThat(answer).doesNotContainIgnoringCase("<html", "at org.", "at io.herald");
        }
        assertThat(send(request("/healthz")).statusCode()).isEqualTo(502);
    }

    @Test
    void a_taken_port_is_named() {
        assertThatThrownBy(() ->
                        Gateway.start(
                                GatewaySettings.onPort(gateway.port()),
                                ApiResourcesTest.sample(),
                                Map.of(),
                                Clock.systemUTC()))
                .isInstanceOfSatisfying(
                        PortTakenException.class,
                        taken -> assertThat(taken.port()).isEqualTo(gateway.port()))
                .hasMessageContaining(Integer.toString(gateway.port()));
    }

    @Test
    void a_stop_waits_for_the_request_in_flight_and_takes_no_new_one() throws Exception {
        var entered = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        function =
                event -> {
                    entered.countDown();
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return answered("{\"statusCode\":200,\"body\":\"late\"}");
                };
        var inFlight =
                client.sendAsync(
                        request("/healthz").build(), HttpResponse.BodyHandlers.ofByteArray());
        entered.await();
        var port = gateway.port();
        var stopped = CompletableFuture.runAsync(gateway::close);
        awaitRefused(port);
        assertThatThrownBy(() -> stopped.get(1_500, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        gate.countDown();
        assertThat(text(inFlight.get(5, TimeUnit.SECONDS))).isEqualTo("late");
        stopped.get(10, TimeUnit.SECONDS);
    }

    private static void awaitRefused(int port) throws InterruptedException {
        var ends = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (System.nanoTime() < ends) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
            } catch (IOException e) {
                return;
            }
        }
        throw new AssertionError("the gateway still accepts connections");
    }

    private interface Function {
        InvocationResult apply(byte[] event);
    }

    private record TestInvoker(Function function) implements Invoker {
        @Override
        public InvocationResult invoke(byte[] event, Duration patience) {
            return function.apply(event);
        }

        @Override
        public void close() {}
    }

    private static Answered answered(String json) {
        return answered(json.getBytes(UTF_8));
    }

    private static Answered answered(byte[] json) {
        return new Answered(json);
    }

    private static Answered echo(byte[] event) {
        try {
            return answered(
                    JSON.writeValueAsBytes(
                            JSON.createObjectNode()
                                    .put("statusCode", 200)
                                    .put("body", new String(event, UTF_8))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] gzip(byte[] body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        }
        return bytes.toByteArray();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(gateway.url() + path));
    }

    private HttpRequest.Builder post(String path, byte[] body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }

    private static void assertProblem(HttpResponse<byte[]> answer, int status) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        var problem = JSON.readTree(answer.body());
        assertIsProblem(problem, status);
        assertThat(problem.get("type").asText())
                .as("where the gateway was reached")
                .startsWith(answer.uri().resolve("/problems/").toString());
        assertThat(answer.headers().firstValue("x-amzn-RequestId"))
                .hasValue(problem.get("requestId").asText());
        assertThat(answer.headers().firstValue("x-request-id"))
                .hasValue(problem.get("requestId").asText());
    }

    private static void assertIsProblem(JsonNode problem, int status) {
        var path = URI.create(problem.get("type").asText()).getPath();
        assertThat(path)
                .isIn(
                        Arrays.stream(io.herald.api.http.Problem.Type.values())
                                .filter(type -> type.status() == status)
                                .map(type -> type.uri(""))
                                .toList());
        assertThat(problem.get("title").asText()).isNotEmpty();
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asText()).isNotEmpty();
        assertThat(problem.get("requestId").asText()).isNotEmpty();
    }

    private static void assertRawProblem(String answer, int status) throws IOException {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer.toLowerCase(Locale.ROOT))
                .contains("content-type: application/problem+json")
                .contains("x-amzn-requestid: ");
        assertIsProblem(JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4)), status);
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private String raw(String request) throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (SocketException e) {
            return ""; // Closed by the gateway while rubbish was still under way.
        }
    }
}
