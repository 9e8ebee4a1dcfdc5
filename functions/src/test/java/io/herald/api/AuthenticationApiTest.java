package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.api.World.Request;
import io.herald.tenant.Scope;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthenticationApiTest {
    private final World world = new World();

    @Test
    void every_operation_needs_a_key_but_health_and_the_documentation() {
        var open = List.of("/healthz", "/openapi.json", "/docs", "/problems/{code}");
        for (var route : world.api.routes()) {
            var answer =
                    world.request(route.method(), route.template().replaceAll("[{}]", ""))
                            .anonymous()
                            .answer();
            if (open.contains(route.template())) {
                assertThat(answer.status()).isIn(200, 404);
            } else {
                answer.isProblem(401, "unauthenticated");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic YTpi", "Bearer", "hk_abc", "Digest x"})
    void asks_for_a_key_where_none_was_sent(String authorization) {
        var answer = world.get("/v1/users/ada").header("Authorization", authorization).answer();

        answer.isProblem(401, "unauthenticated");
        assertThat(answer.headers()).containsEntry("WWW-Authenticate", "Bearer realm=\"herald\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer ",
                "Bearer x",
                "Bearer hk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "bearer hk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "Bearer \u0000",
                "Bearer hk_ hk_"
            })
    void says_that_a_key_is_wrong(String authorization) {
        var answer = world.get("/v1/users/ada").header("Authorization", authorization).answer();

        answer.isProblem(401, "unauthenticated");
        assertThat(answer.headers())
                .containsEntry(
                        "WWW-Authenticate", "Bearer realm=\"herald\", error=\"invalid_token\"");
        assertThat(answer.text()).doesNotContain("hk_AAAA");
    }

    @Test
    void takes_one_authorization_only() {
        var answer =
                world.get("/v1/users/ada")
                        .header("Authorization", "Bearer " + world.key, "Bearer " + world.otherKey)
                        .answer();

        answer.isProblem(400, "malformed");
        assertThat(answer.headers().get("WWW-Authenticate")).contains("invalid_request");
    }

    @Test
    void a_header_and_its_scheme_are_found_in_any_case() {
        world.hasUser(world.tenant, "ada");

        var answer =
                world.get("/v1/users/ada")
                        .anonymous()
                        .header("AUTHORIZATION", "bEARER " + world.key)
                        .answer();

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void a_key_stops_working_at_the_instant_it_expires() {
        world.hasUser(world.tenant, "ada");
        var key =
                world.keyOf(
                        world.tenant,
                        EnumSet.allOf(Scope.class),
                        world.clock.instant().plusSeconds(1));

        world.clock.advance(Duration.ofMillis(999));
        assertThat(world.get("/v1/users/ada").key(key).answer().status()).isEqualTo(200);

        world.clock.advance(Duration.ofMillis(1));
        world.get("/v1/users/ada").key(key).answer().isProblem(401, "unauthenticated");
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void a_key_may_do_what_its_scopes_say(Scope scope) {
        var key = world.keyOf(world.tenant, Set.of(scope), null);

        assertThat(isLetIn(world.post("/v1/notifications").json("{}").key(key)))
                .isEqualTo(scope == Scope.SEND);
        assertThat(isLetIn(world.post("/v1/notifications/batch").json("{}").key(key)))
                .isEqualTo(scope == Scope.SEND);
        for (var path :
                new String[] {
                    "/v1/users",
                    "/v1/users/ada",
                    "/v1/users/ada/inbox",
                    "/v1/users/ada/events",
                    "/v1/templates",
                    "/v1/templates/a",
                    "/v1/templates/a/versions",
                    "/v1/categories",
                    "/v1/categories/security",
                    "/v1/notifications",
                    "/v1/notifications/x",
                    "/v1/notifications/x/events"
                }) {
            assertThat(isLetIn(world.get(path).key(key))).isEqualTo(scope == Scope.READ);
        }
        assertThat(isLetIn(world.post("/v1/templates/a/preview").json("{}").key(key)))
                .isEqualTo(scope == Scope.READ);
        for (var path : new String[] {"/v1/templates/a", "/v1/categories/a"}) {
            assertThat(isLetIn(world.delete(path).key(key))).isEqualTo(scope == Scope.MANAGE);
        }
        assertThat(isLetIn(world.put("/v1/categories/a").json("{}").key(key)))
                .isEqualTo(scope == Scope.MANAGE);
        assertThat(isLetIn(world.put("/v1/users/ada").json("{}").key(key)))
                .isEqualTo(scope == Scope.MANAGE);
        assertThat(isLetIn(world.request("PATCH", "/v1/users/ada").json("{}").key(key)))
                .isEqualTo(scope == Scope.MANAGE);
        assertThat(isLetIn(world.request("DELETE", "/v1/users/grace").key(key)))
                .isEqualTo(scope == Scope.MANAGE);
        assertThat(isLetIn(world.put("/v1/templates/a").json("{}").key(key)))
                .isEqualTo(scope == Scope.MANAGE);
    }

    private static boolean isLetIn(Request request) {
        var answer = request.answer();
        if (answer.status() != 403) {
            assertThat(answer.status()).isIn(200, 201, 202, 404, 422);
            return true;
        }
        answer.isProblem(403, "insufficient-scope");
        assertThat(answer.body().path("detail").asText()).contains("a key with the scope ");
        assertThat(answer.headers().get("WWW-Authenticate"))
                .startsWith("Bearer realm=\"herald\", error=\"insufficient_scope\", scope=\"");
        return false;
    }
}
