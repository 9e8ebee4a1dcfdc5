package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of users, by id and by address. */
final class UserListApiTest {
    private static final String USERS = "/v1/users";

    private final World world = new World();

    @Test
    void lists_a_tenants_own_users_as_each_is_shown() {
        world.hasUser(world.tenant, "grace");
        world.hasUser(world.tenant, "ada");
        world.hasUser(world.otherTenant, "eve");

        var answer = world.get(USERS).answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ids(answer.body())).containsExactly("ada", "grace");
        assertThat(answer.body().at("/data/0"))
                .isEqualTo(world.get("/v1/users/ada").answer().body());
        assertThat(answer.body().path("nextCursor").isNull()).isTrue();
    }

    @Test
    void pages_hold_each_once_while_others_come_and_go() {
        for (var id : List.of("b", "d", "f", "h", "x".repeat(128), "é\u20ac\ud83d\ude80")) {
            world.hasUser(world.tenant, id);
        }
        var seen = new ArrayList<String>();

        var page = world.get(USERS).query("limit", "2").answer().body();
        seen.addAll(ids(page));
        world.hasUser(world.tenant, "a");
        world.request("DELETE", "/v1/users/d").answer();
        while (page.path("nextCursor").isTextual()) {
            var cursor = page.path("nextCursor").asText();
            page = world.get(USERS).query("limit", "2").query("cursor", cursor).answer().body();
            seen.addAll(ids(page));
            assertThat(seen).hasSizeLessThan(7);
        }

        assertThat(seen)
                .containsExactly("b", "d", "f", "h", "x".repeat(128), "é\u20ac\ud83d\ude80");
    }

    @Test
    void a_cursor_may_be_as_long_as_ids_make_it() {
        var longest = "\u20ac".repeat(128);
        world.hasUser(world.tenant, longest);
        world.hasUser(world.tenant, longest.substring(1) + "\uffee");

        var first = world.get(USERS).query("limit", "1").answer().body();
        var second =
                world.get(USERS)
                        .query("limit", "1")
                        .query("cursor", first.path("nextCursor").asText())
                        .answer();

        assertThat(second.status()).as(second.text()).isEqualTo(200);
        assertThat(ids(second.body())).hasSize(1).doesNotContainAnyElementsOf(ids(first));
    }

    @Test
    void finds_users_by_their_address_in_upper_or_lower_case() {
        world.put("/v1/users/1").json("{\"email\": \"Ada@Example.com\"}").answer();
        world.put("/v1/users/2").json("{\"email\": \"ada@example.com\"}").answer();
        world.put("/v1/users/3").json("{\"email\": \"ada@example.org\"}").answer();
        world.put("/v1/users/4").json("{}").answer();

        var page = world.get(USERS).query("email", "ADA@example.com").query("limit", "1").answer();
        assertThat(ids(page.body())).containsExactly("1");
        var next =
                world.get(USERS)
                        .query("email", "ada@EXAMPLE.com")
                        .query("cursor", page.body().path("nextCursor").asText())
                        .answer();
        assertThat(ids(next.body())).containsExactly("2");
        assertThat(next.body().path("nextCursor").isNull()).isTrue();

        assertThat(ids(world.get(USERS).query("email", "no@example.com").answer().body()))
                .isEmpty();
    }

    @Test
    void a_cursor_fits_its_list_only() {
        for (var id : List.of("1", "2")) {
            world.put("/v1/users/" + id).json("{\"email\": \"a@example.com\"}").answer();
            world.put("/v1/users/" + id)
                    .key(world.otherKey)
                    .json("{\"email\": \"a@example.com\"}")
                    .answer();
        }
        var cursor =
                world.get(USERS).query("limit", "1").answer().body().path("nextCursor").asText();

        assertThat(world.get(USERS).query("cursor", cursor).answer().status()).isEqualTo(200);
        assertThat(
                        world.get(USERS)
                                .query("cursor", cursor)
                                .query("email", "a@example.com")
                                .answer()
                                .wrong())
                .containsExactly("?cursor");
        assertThat(world.get(USERS).key(world.otherKey).query("cursor", cursor).answer().wrong())
                .containsExactly("?cursor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ada", "%", "a@b@c", "ada@example.com\u0000"})
    void wants_an_address(String email) {
        assertThat(world.get(USERS).query("email", email).query("page", "2").answer().wrong())
                .containsExactlyInAnyOrder("?page", "?email");
    }

    private static List<String> ids(JsonNode page) {
        return page.path("data").valueStream().map(user -> user.path("userId").asText()).toList();
    }
}
