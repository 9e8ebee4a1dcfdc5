package io.herald.local.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.local.e2e.RawHttp.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every answer keeps to, whoever gives it: the API or the gateway before it. */
class ConventionsTest {

    private static final int MEBIBYTE = 1024 * 1024;

    private final Stack stack = Stack.current();
    private final Stack.TestTenant tenant = stack.newTenant();
    private final RawHttp http = new RawHttp(stack.url());

    @BeforeEach
    void someone_to_send_to() {
        tenant.api().put("/v1/users/ada", "{\"email\": \"ada@example.com\"}").expect(201);
        tenant.api().put("/v1/templates/order-shipped", Stack.ORDER_SHIPPED).expect(201);
    }

    @Test
    void problems_look_the_same_whoever_answers() {
        assertProblem(send("GET", "/v1/users/nobody", ""), 404, "/problems/not-found");
        assertProblem(send("GET", "/nowhere", ""), 404, "/problems/not-found");
        assertProblem(send("PUT", "/v1/users/ada", "{"), 400, "/problems/malformed");
        assertProblem(send("GET", "/v1/users/%zz", ""), 400, "/problems/malformed");
        assertProblem(send("PUT", "/v1/users/ada", "[]"), 422, "/problems/invalid");
        assertProblem(
                send("PUT", "/v1/users/ada", "{}", "Content-Type: text/plain"),
                415,
                "/problems/unsupported-media-type");
        assertProblem(
                send("PUT", "/v1/users/ada", "{}", "Content-Encoding: br"),
                415,
                "/problems/unsupported-media-type");
        assertProblem(
                http.send("GET", "/v1/users/ada", List.of(), new byte[0]).orElseThrow(),
                401,
                "/problems/unauthenticated");
    }

    @Test
    void a_method_that_is_none_of_the_resource_is_told_those_that_are() {
        var answer = send("DELETE", "/v1/notifications", "");

        assertProblem(answer, 405, "/problems/method-not-allowed");
        assertThat(answer.header("allow")).hasValue("GET, HEAD, OPTIONS, POST");
        var options = send("OPTIONS", "/v1/notifications", "");
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("allow")).isEqualTo(answer.header("allow"));
    }

    @Test
    void head_is_get_without_its_content() {
        var answer = send("HEAD", "/v1/users/ada", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("content-type")).hasValue("application/json");
    }

    @Test
    void a_body_that_is_too_large_is_a_413_wherever_that_is_seen() {
        var spaces = "{" + " ".repeat(6 * MEBIBYTE - 200 * 1024) + "}";
        var quotes = "{\"a\": \"" + "\\\"".repeat(1_700_000) + "\"}";
        assertThat(quotes.length()).isLessThan(5 * MEBIBYTE);

        // By the function, which counts what it gets.
        assertProblem(send("PUT", "/v1/users/ada", spaces), 413, "/problems/too-large");
        // Before the function, because of what escaping adds.
        assertProblem(send("PUT", "/v1/users/ada", quotes), 413, "/problems/too-large");
        // By the gateway, and while it decompresses.
        assertProblem(
                send("PUT", "/v1/users/ada", " ".repeat(20 * MEBIBYTE)),
                413,
                "/problems/too-large");
        assertProblem(
                http.send(
                                "PUT",
                                "/v1/users/ada",
                                headers("Content-Encoding: gzip"),
                                gzip(new byte[100 * MEBIBYTE]))
                        .orElseThrow(),
                413,
                "/problems/too-large");
    }

    @Test
    void bodies_are_compressed_both_ways_unless_the_caller_opts_out() {
        var attributes = "{\"attributes\": {\"text\": \"" + "a".repeat(5_000) + "\"}}";
        var put =
                http.send(
                                "PUT",
                                "/v1/users/grace",
                                headers("Content-Encoding: gzip"),
                                gzip(attributes.getBytes(UTF_8)))
                        .orElseThrow();
        assertThat(put.status()).as(put.body()).isIn(200, 201);

        var gzip = send("GET", "/v1/users/grace", "", "Accept-Encoding: gzip");
        var identity = send("GET", "/v1/users/grace", "", "Accept-Encoding: identity");

        assertThat(gzip.header("content-encoding")).hasValue("gzip");
        assertThat(identity.header("content-encoding")).isEmpty();
        assertThat(identity.body()).isEqualTo(gzip.body()).contains("aaaa");
    }

    @Test
    void every_answer_to_a_key_says_what_is_left_of_the_rate_limit() {
        for (var answer :
                List.of(
                        send("GET", "/v1/users/ada", ""),
                        send("GET", "/v1/users/nobody", ""),
                        send("PUT", "/v1/users/ada", "{"))) {
            assertThat(answer.header("ratelimit-policy")).hasValue("\"default\";q=1000000;w=1");
            assertThat(answer.header("ratelimit"))
                    .get()
                    .asString()
                    .matches("\"default\";r=\\d+;t=\\d");
        }
        assertThat(send("GET", "/healthz", "").header("ratelimit-policy")).isEmpty();
    }

    private Answer send(String method, String target, String body, String... more) {
        return http.send(method, target, headers(more), body.getBytes(UTF_8)).orElseThrow();
    }

    private List<String> headers(String... more) {
        var headers = new ArrayList<>(List.of("Authorization: Bearer " + tenant.api().key()));
        headers.addAll(List.of(more));
        return headers;
    }

    private void assertProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("content-type")).hasValue("application/problem+json");
        try {
            var problem = Api.JSON.readTree(answer.body());
            assertThat(problem.path("type").asText()).isEqualTo(stack.url() + type);
            assertThat(problem.path("status").asInt()).isEqualTo(status);
            assertThat(problem.path("title").asText()).isNotBlank();
            assertThat(problem.path("detail").asText()).isNotBlank();
            assertThat(answer.header("x-request-id")).hasValue(problem.path("requestId").asText());
            assertThat(answer.header("x-amzn-requestid")).isEqualTo(answer.header("x-request-id"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gzip(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
