package io.herald.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the API was reached, from the events that the ways of deploying it make. */
final class PublicAddressTest {
    private static final String EVENT =
            """
            {"resource": "%s", "path": "%s", "httpMethod": "GET", "pathParameters": {"proxy": %s},
             "headers": {"Host": "%s", "X-Forwarded-Proto": "%s"},
             "requestContext": {"requestId": "r", "domainName": "abc.example", "path": "%s"}}\
            """;

    @ParameterizedTest(name = "{0} at {5}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // A stage of API Gateway.
                "/v1/users/{userId} | /v1/users/a%2Fb | - | abc.example | https"
                        + " | /prod/v1/users/a%2Fb | https://abc.example/prod",
                "/{proxy+} | /v1/nothing | v1/nothing | abc.example | https"
                        + " | /prod/v1/nothing | https://abc.example/prod",
                "/{proxy+} | /a%2Fb | a/b | abc.example | https | /prod/a%2Fb"
                        + " | https://abc.example/prod",
                "/healthz | /healthz | - | abc.example | https | /prod/healthz"
                        + " | https://abc.example/prod",
                // A custom domain, at its root and at a path.
                "/v1/users | /v1/users | - | api.example.com | https | /v1/users"
                        + " | https://api.example.com",
                "/v1/users | /mail/v1/users | - | api.example.com | https | /mail/v1/users"
                        + " | https://api.example.com/mail",
                "/{proxy+} | /mail/nothing | nothing | api.example.com | https | /mail/nothing"
                        + " | https://api.example.com/mail",
                // The local gateway.
                "/v1/users | /v1/users | - | 127.0.0.1:8080 | http | /v1/users"
                        + " | http://127.0.0.1:8080",
                "/v1/users | /v1/users | - | [::1]:8080 | http | /v1/users | http://[::1]:8080",
            })
    void is_host_and_stage_of_the_request(
            String resource,
            String path,
            @Nullable String proxy,
            String host,
            String scheme,
            String whole,
            String expected) {
        var event =
                EVENT.formatted(
                        resource,
                        path,
                        proxy == null ? "null" : '"' + proxy + '"',
                        host,
                        scheme,
                        whole);

        assertThat(read(event, null).address()).isEqualTo(expected);
    }

    @Test
    void is_what_is_set_wherever_the_request_came_from() {
        var event =
                EVENT.formatted(
                        "/v1/users", "/v1/users", "null", "abc.example", "https", "/prod/v1/users");

        assertThat(read(event, URI.create("https://api.example.com/mail")).address())
                .isEqualTo("https://api.example.com/mail");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "a b", "a/b", "evil@a", "a:b", "a?b", "a#b", "<a>", "a:80:80", "\\u0000"
            })
    void names_no_host_that_is_none(String host) {
        var event =
                EVENT.formatted("/v1/users", "/v1/users", "null", host, "https", "/prod/v1/users");

        assertThat(read(event, null).address()).isEqualTo("/prod");
    }

    @Test
    void names_no_host_that_is_longer_than_a_name_can_be() {
        var event =
                EVENT.formatted(
                        "/v1/users",
                        "/v1/users",
                        "null",
                        "a".repeat(254),
                        "https",
                        "/prod/v1/users");

        assertThat(read(event, null).address()).isEqualTo("/prod");
    }

    @Test
    void is_empty_when_nothing_is_known() {
        assertThat(read("{}", null).address()).isEmpty();
        assertThat(read("{\"path\": \"/v1/users\"}", null).address()).isEmpty();
    }

    private static HttpRequest read(String event, @Nullable URI publicUrl) {
        try {
            return ProxyEvents.read(
                    new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                    publicUrl,
                    "id");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
