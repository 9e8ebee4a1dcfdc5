package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.api.World.Answer;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.notification.UserId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entity tags, PATCH and DELETE. */
final class UserChangeApiTest {
    private static final String ADA = "/v1/users/ada";

    private final World world = new World();

    @Test
    void every_answer_with_a_user_has_its_entity_tag_and_a_change_has_another() {
        var made = world.put(ADA).json("{\"locale\": \"de\"}").answer();

        assertThat(tag(made)).matches("\"[0-9]+\"");
        assertThat(tag(world.get(ADA).answer())).isEqualTo(tag(made));
        var changed = patch("{\"locale\": \"en\"}");
        assertThat(tag(changed)).isNotEqualTo(tag(made));
        assertThat(tag(world.get(ADA).answer())).isEqualTo(tag(changed));
    }

    @Test
    void a_user_that_the_caller_has_seen_is_not_sent_again() {
        var made = world.put(ADA).json("{}").answer();

        var same = world.get(ADA).header("If-None-Match", tag(made)).answer();
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.text()).isEmpty();
        assertThat(tag(same)).isEqualTo(tag(made));

        patch("{\"locale\": \"en\"}");
        assertThat(world.get(ADA).header("If-None-Match", tag(made)).answer().status())
                .isEqualTo(200);
    }

    @Test
    void a_put_may_depend_on_what_was_seen() {
        var made = world.put(ADA).json("{\"locale\": \"de\"}").answer();

        var changed = world.put(ADA).header("If-Match", tag(made)).json("{}").answer();
        assertThat(changed.status()).isEqualTo(200);

        world.put(ADA)
                .header("If-Match", tag(made))
                .json("{\"locale\": \"fr\"}")
                .answer()
                .isProblem(412, "precondition-failed");
        assertThat(world.get(ADA).answer().body().path("locale").isNull()).isTrue();
    }

    @Test
    void a_put_may_want_a_user_that_exists_or_one_that_does_not() {
        world.put(ADA)
                .header("If-Match", "*")
                .json("{}")
                .answer()
                .isProblem(412, "precondition-failed");
        world.get(ADA).answer().isProblem(404, "not-found");

        var made = world.put(ADA).header("If-None-Match", "*").json("{}").answer();
        assertThat(made.status()).isEqualTo(201);

        world.put(ADA)
                .header("If-None-Match", "*")
                .json("{\"locale\": \"fr\"}")
                .answer()
                .isProblem(412, "precondition-failed");
        assertThat(world.put(ADA).header("If-Match", "*").json("{}").answer().status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "DELETE"})
    void a_condition_that_cannot_be_read_is_malformed(String method) {
        world.put(ADA).json("{}").answer();

        world.request(method, ADA)
                .header("If-Match", "no-quotes")
                .json("{}")
                .answer()
                .isProblem(400, "malformed");
    }

    @Test
    void a_patch_that_removes_what_there_is_none_of_is_refused() {
        world.put(ADA).json("{\"phone\": \"+43512507\"}").answer();

        var answer = patch("{\"phoneNumber\": null}");

        assertThat(answer.wrong()).containsExactly("/phoneNumber");
        assertThat(world.get(ADA).answer().body().path("phone").textValue()).isEqualTo("+43512507");
    }

    @Test
    void a_patch_changes_what_it_names_and_removes_what_it_names_with_null() {
        world.put(ADA)
                .json(
                        """
                        {"email": "ada@example.com", "phone": "+43512507", "locale": "de",
                         "pushTokens": [{"provider": "fcm", "token": "old"}],
                         "attributes": {"plan": "pro", "address": {"city": "Linz", "zip": "4020"}}}\
                        """)
                .answer();
        world.clock.advance(Duration.ofSeconds(5));

        var answer =
                patch(
                        """
                        {"email": "ada@example.org", "locale": null, "timezone": "Europe/Vienna",
                         "pushTokens": [{"provider": "fcm", "token": "new"}],
                         "attributes": {"plan": null, "address": {"city": "Graz"}}}\
                        """);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"userId":"ada","email":"ada@example.org","phone":"+43512507",\
                        "webhookUrl":null,"pushTokens":[{"provider":"fcm","token":"new"}],\
                        "locale":null,"timezone":"Europe/Vienna",\
                        "attributes":{"address":{"city":"Graz","zip":"4020"}},\
                        "createdAt":"2026-11-23T18:00:00Z","updatedAt":"2026-11-23T18:00:05Z"}\
                        """);
        assertThat(world.get(ADA).answer().text()).isEqualTo(answer.text());
    }

    @Test
    void a_patch_that_changes_nothing_makes_no_new_version() {
        var made = world.put(ADA).json("{\"locale\": \"de\"}").answer();
        world.clock.advance(Duration.ofSeconds(5));

        var answer = patch("{\"locale\": \"de\", \"phone\": null}");

        assertThat(answer.text()).isEqualTo(made.text());
        assertThat(tag(answer)).isEqualTo(tag(made));
    }

    @Test
    void a_patch_is_judged_by_the_whole_of_its_result() {
        var half = "\"" + "x".repeat(10_000) + "\"";
        world.put(ADA).json("{\"attributes\": {\"a\": " + half + "}}").answer();

        var answer =
                patch(
                        """
                        {"email": "none", "phone": "123", "locale": 5, "fax": "1",
                         "attributes": {"b": %s}}\
                        """
                                .formatted(half));

        assertThat(answer.wrong())
                .containsExactly("/email", "/phone", "/locale", "/attributes", "/fax");
        assertThat(world.get(ADA).answer().body().path("attributes").has("b")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "5", "null", "true"})
    void a_patch_that_is_no_object_would_leave_none(String body) {
        world.put(ADA).json("{}").answer();

        assertThat(patch(body).wrong()).containsExactly("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/merge-patch+json",
                "application/merge-patch+json; charset=utf-8",
                "Application/Merge-Patch+JSON",
                "application/json"
            })
    void a_patch_may_be_called_a_merge_patch_or_json(String type) {
        world.put(ADA).json("{}").answer();

        var answer =
                world.request("PATCH", ADA)
                        .header("Content-Type", type)
                        .body("{\"locale\": \"de\"}")
                        .answer();

        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json-patch+json", "text/plain", "application/xml"})
    void another_kind_of_patch_is_told_what_is_taken(String type) {
        world.put(ADA).json("{}").answer();

        var answer =
                world.request("PATCH", ADA)
                        .header("Content-Type", type)
                        .body("[{\"op\": \"remove\", \"path\": \"/email\"}]")
                        .answer();

        answer.isProblem(415, "unsupported-media-type");
        assertThat(answer.headers())
                .containsEntry("Accept-Patch", "application/merge-patch+json, application/json");
    }

    @Test
    void only_a_patch_is_taken_as_a_merge_patch() {
        world.put(ADA)
                .header("Content-Type", "application/merge-patch+json")
                .body("{}")
                .answer()
                .isProblem(415, "unsupported-media-type");
    }

    @Test
    void a_patch_loses_nothing_that_another_changes_at_the_same_time() {
        world.put(ADA).json("{\"locale\": \"de\", \"attributes\": {\"n\": 0}}").answer();
        var others = new AtomicInteger();
        world.stores.beforeUserChanges(() -> {
            if (others.incrementAndGet() <= 3) {
                anotherWrites(others.get());
            }
        });

        var answer = patch("{\"locale\": \"en\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(others).hasValue(4);
        assertThat(answer.body().path("locale").asText()).isEqualTo("en");
        assertThat(answer.body().at("/attributes/n").asInt()).isEqualTo(3);
    }

    @Test
    void a_patch_that_depends_on_what_was_seen_gives_way_to_another() {
        var made = world.put(ADA).json("{}").answer();
        world.stores.beforeUserChanges(() -> {
            world.stores.beforeUserChanges(() -> {});
            anotherWrites(1);
        });

        world.request("PATCH", ADA)
                .header("If-Match", tag(made))
                .json("{\"locale\": \"en\"}")
                .answer()
                .isProblem(412, "precondition-failed");

        assertThat(world.get(ADA).answer().body().at("/attributes/n").asInt()).isEqualTo(1);
    }

    @Test
    void a_patch_that_never_gets_its_turn_is_a_conflict() {
        world.put(ADA).json("{}").answer();
        var others = new AtomicInteger();
        world.stores.beforeUserChanges(() -> anotherWrites(others.incrementAndGet()));

        var answer = patch("{\"locale\": \"en\"}");

        answer.isProblem(409, "conflict");
        assertThat(answer.headers()).containsEntry("Retry-After", "1");
    }

    @Test
    void a_deleted_user_is_gone() {
        world.put(ADA).json("{}").answer();

        var answer = world.request("DELETE", ADA).answer();

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
        world.get(ADA).answer().isProblem(404, "not-found");
        world.request("DELETE", ADA).answer().isProblem(404, "not-found");
        patch("{}").isProblem(404, "not-found");
    }

    @Test
    void a_delete_may_depend_on_what_was_seen() {
        var made = world.put(ADA).json("{}").answer();
        var changed = patch("{\"locale\": \"en\"}");

        world.request("DELETE", ADA)
                .header("If-Match", tag(made))
                .answer()
                .isProblem(412, "precondition-failed");
        assertThat(world.request("DELETE", ADA).header("If-Match", tag(changed)).answer().status())
                .isEqualTo(204);
    }

    @Test
    void a_delete_takes_what_another_has_changed_meanwhile_with_it() {
        world.put(ADA).json("{}").answer();
        world.stores.beforeUserChanges(() -> {
            world.stores.beforeUserChanges(() -> {});
            anotherWrites(1);
        });

        assertThat(world.request("DELETE", ADA).answer().status()).isEqualTo(204);
        world.get(ADA).answer().isProblem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATCH", "DELETE"})
    void another_tenants_user_is_as_unknown_as_nobody(String method) {
        world.hasUser(world.otherTenant, "ada");

        for (var condition : List.of("", "*", "\"1\"")) {
            var theirs = world.request(method, ADA).json("{}");
            var nobodys = world.request(method, "/v1/users/nobody").json("{}");
            if (!condition.isEmpty()) {
                theirs.header("If-Match", condition);
                nobodys.header("If-Match", condition);
            }
            assertThat(theirs.answer().isProblem(404, "not-found").text())
                    .isEqualTo(nobodys.answer().text());
        }
        assertThat(world.get(ADA).key(world.otherKey).answer().status()).isEqualTo(200);
    }

    private void anotherWrites(int number) {
        var attributes = JsonNodeFactory.instance.objectNode().put("n", number);
        world.stores
                .users()
                .put(
                        new UserKey(world.tenant, new UserId("ada")),
                        new UserDetails(null, null, null, List.of(), "de", null, attributes));
    }

    private Answer patch(String json) {
        return world.request("PATCH", ADA)
                .header("Content-Type", "application/merge-patch+json")
                .body(json)
                .answer();
    }

    private static String tag(Answer answer) {
        return String.valueOf(answer.headers().get("ETag"));
    }
}
