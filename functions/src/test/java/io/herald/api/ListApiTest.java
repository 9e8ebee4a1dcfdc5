package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.inbox.InboxMessage;
import io.herald.notification.NotificationId;
import io.herald.notification.UserId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ListApiTest {
    private final World world = new World();

    @Test
    void lists_the_newest_first_without_their_payload() {
        var first = world.hasNotification(world.tenant, "ada");
        var second = world.hasNotification(world.tenant, "ada");
        world.hasNotification(world.tenant, "grace");

        var answer = list("ada").answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ids(answer.body())).containsExactly(second.toString(), first.toString());
        assertThat(answer.body().at("/data/0").has("payload")).isFalse();
        assertThat(answer.body().at("/data/0/metadata/cart").asText()).isEqualTo("9");
        assertThat(answer.body().path("nextCursor").isNull()).isTrue();
    }

    @Test
    void pages_hold_each_once_while_others_arrive() {
        var expected = new ArrayList<String>();
        for (int i = 0; i < 7; i++) {
            expected.addFirst(world.hasNotification(world.tenant, "ada").toString());
        }
        var seen = new ArrayList<String>();

        var page = list("ada").query("limit", "3").answer().body();
        seen.addAll(ids(page));
        while (page.path("nextCursor").isTextual()) {
            assertThat(seen).hasSizeLessThan(expected.size());
            world.hasNotification(world.tenant, "ada");
            page =
                    list("ada")
                            .query("limit", "3")
                            .query("cursor", page.path("nextCursor").asText())
                            .answer()
                            .body();
            seen.addAll(ids(page));
        }

        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void a_full_last_page_has_no_next() {
        for (int i = 0; i < 20; i++) {
            world.hasNotification(world.tenant, "ada");
        }

        var full = list("ada").answer().body();
        assertThat(full.path("data")).hasSize(20);
        assertThat(full.path("nextCursor").isNull()).isTrue();

        world.hasNotification(world.tenant, "ada");
        var more = list("ada").answer().body();
        assertThat(more.path("data")).hasSize(20);
        assertThat(more.path("nextCursor").isTextual()).isTrue();
    }

    @Test
    void a_cursor_fits_its_list_only() {
        for (int i = 0; i < 2; i++) {
            world.hasNotification(world.tenant, "ada");
            world.hasNotification(world.otherTenant, "ada");
        }
        world.hasUser(world.tenant, "grace");
        var cursor = list("ada").query("limit", "1").answer().body().path("nextCursor").asText();

        assertThat(list("grace").query("cursor", cursor).answer().wrong())
                .containsExactly("?cursor");
        assertThat(list("ada").key(world.otherKey).query("cursor", cursor).answer().wrong())
                .containsExactly("?cursor");
        assertThat(world.get("/v1/users/ada/inbox").query("cursor", cursor).answer().wrong())
                .containsExactly("?cursor");
    }

    @Test
    void a_cursor_that_was_changed_fits_nowhere() {
        for (int i = 0; i < 2; i++) {
            world.hasNotification(world.tenant, "ada");
        }
        var cursor = list("ada").query("limit", "1").answer().body().path("nextCursor").asText();
        assertThat(list("ada").query("cursor", cursor).answer().status()).isEqualTo(200);

        for (int i = 0; i < cursor.length(); i++) {
            var changed =
                    cursor.substring(0, i)
                            + (cursor.charAt(i) == 'A' ? 'B' : 'A')
                            + cursor.substring(i + 1);
            assertThat(list("ada").query("cursor", changed).answer().wrong())
                    .containsExactly("?cursor");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "====", "AAAA", "\u0000", "\ud800"})
    void nonsense_is_no_cursor(String cursor) {
        assertThat(list("ada").query("cursor", cursor).answer().wrong()).containsExactly("?cursor");
    }

    @Test
    void names_every_wrong_parameter_at_once() {
        assertThat(
                        world.get("/v1/notifications")
                                .query("limit", "101")
                                .query("cursor", "x")
                                .query("page", "2")
                                .query("status", "sent")
                                .query("channel", "pigeon")
                                .query("template", "Order")
                                .query("createdAfter", "yesterday")
                                .query("createdBefore", "2026-11-24T12:00:00")
                                .answer()
                                .wrong())
                .containsExactly(
                        "?page",
                        "?status",
                        "?channel",
                        "?template",
                        "?createdAfter",
                        "?createdBefore",
                        "?limit",
                        "?cursor");
        assertThat(list("ada").query("limit", "1", "2").answer().wrong()).containsExactly("?limit");
        assertThat(world.get("/v1/notifications").query("userId", "").answer().wrong())
                .containsExactly("?userId");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "101", "", "x", "1e1", " 5", "99999999999"})
    void a_limit_lies_between_1_and_100(String limit) {
        assertThat(list("ada").query("limit", limit).answer().wrong()).containsExactly("?limit");
    }

    @Test
    void routes_without_parameters_refuse_any() {
        world.hasUser(world.tenant, "ada");

        assertThat(world.get("/v1/users/ada").query("x", "1").answer().wrong())
                .containsExactly("?x");
    }

    @Test
    void a_page_ends_where_an_answer_would_grow_too_large() {
        var user = world.hasUser(world.tenant, "ada");
        for (int i = 0; i < 10; i++) {
            var id = world.hasNotification(world.tenant, "ada");
            world.stores.inboxHas(
                    new InboxMessage(
                            world.tenant, id, user.id(), "Title", "\"\u0001".repeat(100_000)));
        }
        var seen = new ArrayList<String>();
        JsonNode page;
        var cursor = "";

        do {
            var request = world.get("/v1/users/ada/inbox").query("limit", "100");
            var answer = (cursor.isEmpty() ? request : request.query("cursor", cursor)).answer();
            assertThat(answer.size()).isLessThan(6_291_456);
            page = answer.body();
            seen.addAll(ids(page));
            cursor = page.path("nextCursor").asText("");
        } while (!cursor.isEmpty());

        assertThat(seen).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void shows_the_inbox() {
        var user = world.hasUser(world.tenant, "ada");
        var first = world.hasNotification(world.tenant, "ada");
        var second = world.hasNotification(world.tenant, "ada");
        addToInbox(first, user.id());
        addToInbox(second, user.id());

        assertThat(world.get("/v1/users/ada/inbox").answer().text())
                .isEqualTo(
                        """
                        {"data":[{"id":"%s","title":"Title","body":null,\
                        "createdAt":"2026-11-23T18:00:00.002Z"},\
                        {"id":"%s","title":"Title","body":null,\
                        "createdAt":"2026-11-23T18:00:00.001Z"}],"nextCursor":null}\
                        """
                                .formatted(second, first));
    }

    @Test
    void a_deleted_user_has_no_inbox_until_it_is_made_again() {
        var user = world.hasUser(world.tenant, "ada");
        var id = world.hasNotification(world.tenant, "ada");
        addToInbox(id, user.id());

        assertThat(world.delete("/v1/users/ada").answer().status()).isEqualTo(204);

        world.get("/v1/users/ada/inbox").answer().isProblem(404, "not-found");
        assertThat(ids(list("ada").answer().body())).containsExactly(id.toString());

        world.put("/v1/users/ada").json("{}").answer();
        assertThat(ids(world.get("/v1/users/ada/inbox").answer().body()))
                .containsExactly(id.toString());
    }

    @Test
    void another_tenants_inbox_is_unknown_and_its_list_empty() {
        var theirs = world.hasNotification(world.otherTenant, "ada");
        world.stores.inboxHas(
                new InboxMessage(world.otherTenant, theirs, new UserId("ada"), "Theirs", null));

        world.get("/v1/users/ada/inbox").answer().isProblem(404, "not-found");
        assertThat(list("ada").answer().body().path("data")).isEmpty();

        world.hasUser(world.tenant, "ada");
        assertThat(world.get("/v1/users/ada/inbox").answer().body().path("data")).isEmpty();
    }

    private World.Request list(String user) {
        return world.get("/v1/notifications").query("userId", user);
    }

    private void addToInbox(NotificationId id, UserId user) {
        world.stores.inboxHas(new InboxMessage(world.tenant, id, user, "Title", null));
    }

    private static List<String> ids(JsonNode page) {
        return page.path("data").findValuesAsText("id");
    }
}
