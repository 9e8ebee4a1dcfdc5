package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.api.World.Answer;
import io.herald.api.World.Request;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.notification.UserId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A 422 names everything that can be known at once: of query, path and body, and of what the right
 * fields name. Only what cannot be judged because something else is wrong waits for the next call.
 */
final class AllProblemsApiTest {
    /** All that can be wrong with one message at a time. */
    private static final String MESSAGE =
            """
            {"userId": "nobody", "channels": ["email", "carrier-pigeon"], "template": "unknown",
             "category": "unheard-of", "payload": {}, "metadata": {"cart": 9},
             "idempotencyKey": 5, "user_id": "ada"}\
            """;

    private static final List<String> WRONG_IN_FORM =
            List.of("/channels/1", "/metadata/cart", "/idempotencyKey", "/user_id");
    private static final List<String> WRONG_IN_NAMES = List.of("/userId", "/template", "/category");

    private final World world = new World();

    @BeforeEach
    void someone_to_tell_something() {
        world.hasUser(world.tenant, "ada");
        world.hasTemplate(world.tenant, "shipped", "order", "date");
        world.stores
                .users()
                .put(
                        new UserKey(world.tenant, new UserId("unreachable")),
                        new UserDetails(
                                null,
                                null,
                                null,
                                List.of(),
                                null,
                                null,
                                World.JSON.createObjectNode()));
    }

    @Test
    void a_message_is_told_its_form_and_what_it_names() {
        assertThat(send(MESSAGE).wrong()).isEqualTo(together(WRONG_IN_FORM, WRONG_IN_NAMES));
        assertThat(world.stores.notifications).isEmpty();
    }

    @Test
    void a_message_is_told_the_query_and_the_header_as_well() {
        var answer =
                world.post("/v1/notifications")
                        .query("dryRun", "true")
                        .header("Idempotency-Key", "")
                        .json(MESSAGE)
                        .answer();

        assertThat(answer.wrong())
                .isEqualTo(
                        together(
                                List.of("?dryRun", "?Idempotency-Key"),
                                WRONG_IN_FORM,
                                WRONG_IN_NAMES));
    }

    @Test
    void each_item_of_a_batch_is_told_as_one_message_is() {
        var answer = batch("{\"notifications\": [%s, %s]}".formatted(MESSAGE, MESSAGE));

        answer.isProblem(422, "invalid");
        for (int item = 0; item < 2; item++) {
            var errors = answer.body().at("/data/" + item + "/problem/errors");
            assertThat(Answer.wrong(errors))
                    .isEqualTo(
                            at("/notifications/" + item, together(WRONG_IN_FORM, WRONG_IN_NAMES)));
        }
    }

    @Test
    void a_batch_that_is_wrong_itself_is_told_its_items_as_well() {
        var answer =
                world.post("/v1/notifications/batch")
                        .query("dryRun", "true")
                        .header("Idempotency-Key", "batch-1")
                        .json(
                                """
                                {"notifications": [
                                   {"userId": "ada", "channels": ["inbox"], "template": "unknown"}, %s],
                                 "dryRun": true}\
                                """
                                        .formatted(MESSAGE))
                        .answer();

        assertThat(answer.wrong())
                .isEqualTo(
                        together(
                                List.of("?dryRun", "/dryRun"),
                                at("/notifications/1", WRONG_IN_FORM),
                                List.of("/notifications/0/template"),
                                at("/notifications/1", WRONG_IN_NAMES)));
        assertThat(world.stores.notifications).isEmpty();
    }

    @Test
    void what_a_right_item_of_a_refused_batch_asks_is_not_done() {
        var right =
                """
                {"userId": "ada", "channels": ["inbox"], "template": "shipped",
                 "payload": {"order": 1, "date": 2}, "idempotencyKey": "once"}\
                """;

        assertThat(batch("{\"notifications\": [%s], \"dryRun\": true}".formatted(right)).wrong())
                .containsExactly("/dryRun");
        assertThat(world.stores.notifications).isEmpty();
        assertThat(send(right).headers()).doesNotContainKey("Idempotent-Replayed");
        assertThat(world.stores.notifications).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // Variables are missing wherever the template is known and there is a payload.
                "'userId': 5, 'template': 'shipped' | /userId /payload/date /payload/order",
                "'userId': 'ada', 'template': 'shipped', 'x': 1 | /x /payload/date /payload/order",
                "'userId': 'ada', 'template': 'shipped', 'payload': 5 | /payload",
                "'userId': 'ada', 'template': 'shipped', 'payload': {'order': '\\u0000'}"
                        + " | /payload/order /payload/date",
                // A category that is wrong is not the template's.
                "'userId': 'nobody', 'template': 'unknown', 'category': 'Not one'"
                        + " | /category /userId /template",
                // Where two exclude each other, the first is the one that may stay.
                "'userId': 'nobody', 'to': {'email': 'x'}, 'template': 'unknown', 'content': {}"
                        + " | /to /to/email /template",
            })
    void what_can_be_judged_is_judged(String fields, String expected) {
        var json = "{'channels': ['inbox'], %s}".formatted(fields).replace('\'', '"');

        assertThat(send(json).wrong()).contains(expected.split(" "));
    }

    @Test
    void a_contact_point_is_missed_on_the_channel_that_asks_for_it() {
        var answer =
                send(
                        """
                        {"userId": "unreachable", "channels": ["fax", "inbox", "email"],
                         "template": "shipped", "payload": {"order": 1, "date": 2}}\
                        """);

        assertThat(answer.wrong()).containsExactly("/channels/0", "/channels/2");
    }

    @Test
    void a_contact_point_that_is_wrong_is_not_missing_as_well() {
        var answer =
                send(
                        """
                        {"to": {"email": "nonsense"}, "channels": ["email", "webhook"],
                         "content": {"email": {"subject": "", "text": "{{#open}}"}, "inbox": 5}}\
                        """);

        assertThat(answer.wrong())
                .containsExactly(
                        "/to/email",
                        "/content/email/subject",
                        "/content/inbox",
                        "/content/email/text",
                        // Neither has something for webhooks.
                        "/channels/1",
                        "/channels/1");
    }

    @Test
    void a_template_is_told_its_form_its_texts_and_its_category() {
        var answer =
                world.put("/v1/templates/Not%20a%20key")
                        .query("version", "1")
                        .json(
                                """
                                {"email": {"subject": "", "text": "{{#open}}", "html": "{{/closed}}"},
                                 "inbox": {"title": "{{#a}}", "colour": "red"},
                                 "requiredVariables": [5], "category": "unheard-of"}\
                                """)
                        .answer();

        assertThat(answer.wrong())
                .containsExactlyInAnyOrder(
                        "?version",
                        "?key",
                        "/email/subject",
                        "/email/text",
                        "/email/html",
                        "/inbox/title",
                        "/inbox/colour",
                        "/requiredVariables/0",
                        "/category");
    }

    @Test
    void a_text_that_is_wrong_in_form_is_told_once() {
        var answer =
                world.put("/v1/templates/shipped")
                        .json("{\"inbox\": {\"title\": \"{{\\n\"}, \"email\": 5}")
                        .answer();

        assertThat(answer.wrong()).containsExactlyInAnyOrder("/inbox/title", "/email");
    }

    @Test
    void a_preview_is_told_its_form_and_what_the_template_lacks() {
        world.put("/v1/templates/mail")
                .json("{\"email\": {\"subject\": \"s\", \"text\": \"t\"}}")
                .answer();

        var answer =
                world.post("/v1/templates/mail/preview")
                        .query("version", "1")
                        .json("{\"payload\": 5, \"channels\": [\"fax\", \"inbox\"], \"x\": 1}")
                        .answer();

        assertThat(answer.wrong())
                .containsExactly("?version", "/payload", "/channels/0", "/x", "/channels/1");
    }

    @Test
    void a_preview_of_content_that_is_wrong_is_told_what_it_lacks() {
        var answer =
                world.post("/v1/templates/mail/preview")
                        .json(
                                """
                                {"channels": ["inbox"],
                                 "content": {"email": {"subject": "{{#open}}", "text": "t"}}}\
                                """)
                        .answer();

        assertThat(answer.wrong()).containsExactly("/content/email/subject", "/channels/0");
    }

    @Test
    void a_category_is_told_its_name_its_query_and_its_form() {
        var answer =
                world.put("/v1/categories/Not%20a%20key")
                        .query("force", "true")
                        .json(
                                "{\"guarantee\": \"thrice\", \"lane\": 5, \"optOut\": \"no\", \"x\": 1}")
                        .answer();

        assertThat(answer.wrong())
                .containsExactly("?force", "?key", "/guarantee", "/lane", "/optOut", "/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH"})
    void a_user_is_told_the_query_and_the_form(String method) {
        var answer =
                world.request(method, "/v1/users/ada")
                        .query("merge", "true")
                        .json("{\"email\": \"x\", \"phone\": \"y\", \"locale\": \"\", \"x\": 1}")
                        .answer();

        assertThat(answer.wrong()).containsExactly("?merge", "/email", "/phone", "/locale", "/x");
    }

    @Test
    void filters_are_told_each_and_together() {
        var answer =
                world.get("/v1/notifications")
                        .query("status", "SENT")
                        .query("channel", "fax")
                        .query("template", "Not one")
                        .query("limit", "0")
                        .query("sort", "asc")
                        .query("cursor", "nonsense")
                        .answer();

        assertThat(answer.wrong())
                .containsExactlyInAnyOrder(
                        "?sort", "?channel", "?template", "?status", "?limit", "?cursor");
    }

    @ParameterizedTest
    @CsvSource({"userId, ''", "createdAfter, yesterday", "createdBefore, tomorrow"})
    void a_status_is_not_too_common_while_what_narrows_it_is_wrong(String name, String value) {
        var answer =
                world.get("/v1/notifications").query("status", "SENT").query(name, value).answer();

        assertThat(answer.wrong()).containsExactly("?" + name);
    }

    @Test
    void a_cursor_is_not_held_against_filters_that_are_wrong() {
        world.hasNotification(world.tenant, "ada");
        world.hasNotification(world.tenant, "ada");
        for (var list : List.of("/v1/notifications", "/v1/users")) {
            var cursor =
                    world.get(list).query("limit", "1").answer().body().path("nextCursor").asText();
            var name = list.endsWith("users") ? "email" : "channel";

            var answer = world.get(list).query(name, "x").query("cursor", cursor).answer();

            assertThat(answer.wrong()).containsExactly("?" + name);
        }
    }

    /** Each action refuses by itself, so none may forget it. */
    @Test
    void every_route_refuses_a_parameter_that_it_does_not_know() {
        for (var route : world.api.routes()) {
            var path =
                    route.template()
                            .replace("{key}", "shipped")
                            .replace("{userId}", "ada")
                            .replace("{id}", "x")
                            .replace("{code}", "invalid");
            Request request = world.request(route.method(), path).query("nonsense", "1");
            var body = bodyOf(route.method(), route.template());

            var answer = (body == null ? request : request.json(body)).answer();

            assertThat(answer.wrong()).as(route.toString()).containsExactly("?nonsense");
        }
        assertThat(world.stores.notifications).isEmpty();
    }

    private static @Nullable String bodyOf(String method, String template) {
        if (method.equals("GET") || method.equals("DELETE")) {
            return null;
        }
        var message =
                """
                {"userId": "ada", "channels": ["inbox"], "template": "shipped",
                 "payload": {"order": 1, "date": 2}}\
                """;
        return switch (template) {
            case "/v1/notifications" -> message;
            case "/v1/notifications/batch" -> "{\"notifications\": [" + message + "]}";
            case "/v1/dead-letters/replay", "/v1/dead-letters/discard" -> "{\"all\": true}";
            case "/v1/templates/{key}" -> "{\"inbox\": {\"title\": \"Hello\"}}";
            case "/v1/notifications/{id}/reschedule" ->
                    "{\"scheduledFor\": \"2026-12-24T18:00:00Z\"}";
            case "/v1/notifications/{id}/resolve" -> "{\"outcome\": \"sent\"}";
            default -> "{}";
        };
    }

    private Answer send(String json) {
        return world.post("/v1/notifications").json(json).answer();
    }

    private Answer batch(String json) {
        return world.post("/v1/notifications/batch").json(json).answer();
    }

    private static List<String> at(String parent, List<String> pointers) {
        return pointers.stream().map(pointer -> parent + pointer).toList();
    }

    @SafeVarargs
    private static List<String> together(List<String>... lists) {
        var together = new ArrayList<String>();
        for (var list : lists) {
            together.addAll(list);
        }
        return together;
    }
}
