package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RoutingApiTest {
    private final World world = new World();

    @Test
    void is_healthy() {
        var answer = world.get("/healthz").anonymous().answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(answer.headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("x-request-id", "request-1")
                .containsEntry("Cache-Control", "no-store");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "x",
                "//",
                "/v1",
                "/v1/user",
                "/v1/users/",
                "/v2/users/ada",
                "/v1/users/ada/",
                "/v1/users//inbox",
                "/v1/users/ada/inbox/x",
                "/healthz/x",
                "/v1/templates/a/b",
                "/v1/templates/",
                "/%zz",
                "/\u0000",
                "/\ud800"
            })
    void knows_nothing_else(String path) {
        world.get(path).anonymous().answer().isProblem(404, "not-found");
    }

    @Test
    void says_which_methods_there_are() {
        var answer = world.post("/v1/users/ada").anonymous().answer();

        answer.isProblem(405, "method-not-allowed");
        assertThat(answer.headers())
                .containsEntry("Allow", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT");
        world.get("/v1/notifications/batch").answer().isProblem(405, "method-not-allowed");
        world.request("", "/v1/users/ada").answer().isProblem(405, "method-not-allowed");
        world.request("get\n", "/v1/users/ada").answer().isProblem(405, "method-not-allowed");
    }

    @Test
    void answers_options_with_the_methods() {
        var answer = world.request("OPTIONS", "/v1/notifications").anonymous().answer();

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
        assertThat(answer.headers()).containsEntry("Allow", "GET, HEAD, OPTIONS, POST");
    }

    @Test
    void answers_head_as_get_without_the_content() {
        world.hasUser(world.tenant, "ada");

        var answer = world.request("HEAD", "/v1/users/ada").answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEmpty();
        assertThat(answer.headers()).containsEntry("Content-Type", "application/json");
        assertThat(world.request("HEAD", "/v1/users/nobody").answer().status()).isEqualTo(404);
    }

    @Test
    void takes_the_gateways_word_for_the_resource() {
        world.hasUser(world.tenant, "a/b");

        var plain = world.get("/v1/users/a%2Fb").resource("/v1/users/{userId}").answer();
        var proxied = world.get("/v1/users/a%2Fb").resource("/{proxy+}").answer();
        var mapped = world.get("/herald/v1/users/a%2Fb").resource("/v1/users/{userId}").answer();

        assertThat(plain.status()).isEqualTo(200);
        assertThat(proxied.text()).isEqualTo(plain.text());
        assertThat(mapped.text()).isEqualTo(plain.text());
        world.get("/v1").resource("/v1/users/{userId}").answer().isProblem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%ff", "%ed%a0%80", "%c0%80"})
    void refuses_a_path_that_is_not_text(String id) {
        world.get("/v1/users/" + id).answer().isProblem(400, "malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "5",
                "{\"httpMethod\": null, \"path\": null, \"requestContext\": null}",
                "{\"httpMethod\": 5, \"path\": [], \"headers\": 7, \"multiValueHeaders\": {\"a\": null}}",
                "{\"httpMethod\": \"GET\", \"path\": \"/x\", \"headers\": {\"a\": null},"
                        + " \"queryStringParameters\": {\"q\": null}, \"new\": {\"field\": true}}"
            })
    void tolerates_whatever_an_event_lacks(String event) {
        var answer = world.handle(event.getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(404);
        // The invocation's own, where the event names none.
        assertThat(answer.headers()).containsEntry("x-request-id", "invocation-1");
    }

    @Test
    void takes_single_headers_and_parameters_where_there_are_no_lists() {
        var answer =
                world.handle(
                        """
                        {"httpMethod": "GET", "path": "/v1/notifications", "resource": "/{proxy+}",
                         "headers": {"authorization": "Bearer %s"},
                         "queryStringParameters": {"userId": "ada"}}\
                        """
                                .formatted(world.key)
                                .getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void asks_to_come_again_while_the_store_is_out_of_reach() {
        world.stores.goDown();

        var answer = world.get("/v1/users/ada").answer();

        answer.isProblem(503, "unavailable");
        assertThat(answer.headers()).containsEntry("Retry-After", "1");
        assertThat(world.get("/healthz").answer().status()).isEqualTo(200);
    }

    @Test
    void tells_nothing_of_a_fault_of_its_own() {
        world.stores.failWith(new IllegalStateException("ada@example.com"));

        var answer = world.get("/v1/users/ada").answer();

        answer.isProblem(500, "internal");
        assertThat(answer.text()).doesNotContain("ada", "IllegalState");
    }
}
