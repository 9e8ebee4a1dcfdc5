package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.api.http.Json;
import io.herald.api.http.Page;
import io.herald.category.Category;
import io.herald.notification.Guarantee;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TemplateApiTest {
    private static final Page.Positions<String> ANY_KEY =
            Page.Positions.keys(_ -> Optional.empty());

    private static final String FULL =
            """
            {"email": {"subject": "Order {{order}}", "text": "It is sent.", "html": "<p>It is sent."},
             "webhook": {"type": "order.shipped", "body": "{{order}}"},
             "inbox": {"title": "Sent", "body": "Order {{order}}"},
             "requiredVariables": ["order", "date"], "category": "marketing"}\
            """;

    private static final String NEW = "{\"inbox\": {\"title\": \"New\"}}";
    private static final String PATH = "/v1/templates/order-shipped";

    private final World world = new World();

    @Test
    void creates_a_template_and_shows_it_in_the_documented_order() {
        var answer = world.put("/v1/templates/order-shipped").json(FULL).answer();

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"key":"order-shipped","version":1,\
                        "email":{"subject":"Order {{order}}","text":"It is sent.",\
                        "html":"<p>It is sent."},\
                        "webhook":{"type":"order.shipped","body":"{{order}}"},\
                        "inbox":{"title":"Sent","body":"Order {{order}}"},\
                        "requiredVariables":["date","order"],"category":"marketing",\
                        "createdAt":"2026-11-23T18:00:00Z"}\
                        """);
        assertThat(world.get("/v1/templates/order-shipped").answer().text())
                .isEqualTo(answer.text());
    }

    @Test
    void needs_one_channel_and_fills_in_the_rest() {
        var answer = world.put("/v1/templates/a.b").json("{\"webhook\": {}}").answer();

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"key":"a.b","version":1,"email":null,\
                        "webhook":{"type":"a.b","body":null},"inbox":null,\
                        "requiredVariables":[],"category":"transactional",\
                        "createdAt":"2026-11-23T18:00:00Z"}\
                        """);
        assertThat(world.put("/v1/templates/a.b").json("{}").answer().wrong()).containsExactly("");
    }

    @Test
    void makes_a_version_with_each_change_and_none_without() {
        var path = "/v1/templates/order-shipped";
        world.put(path).json(FULL).answer();

        var same = world.put(path).json(FULL).answer();
        var other = world.put(path).header("If-Match", "\"1\"").json(NEW).answer();

        assertThat(same.status()).isEqualTo(200);
        assertThat(same.body().path("version").intValue()).isEqualTo(1);
        assertThat(same.headers()).containsEntry("ETag", "\"1\"");
        assertThat(other.headers()).containsEntry("ETag", "\"2\"");
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.body().path("version").intValue()).isEqualTo(2);
        assertThat(versionOf(world.get(path))).isEqualTo(2);
        assertThat(versionOf(world.get(path).query("version", "1"))).isEqualTo(1);
        world.get(path).query("version", "3").answer().isProblem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "", "1.0", "2147483648", "99999999999", "١"})
    void a_version_is_a_whole_number(String version) {
        assertThat(world.get("/v1/templates/a").query("version", version).answer().wrong())
                .containsExactly("?version");
    }

    @Test
    void names_every_wrong_field_at_once() {
        var answer =
                world.put("/v1/templates/Bad")
                        .json(
                                """
                                {"email": {"subject": "a\\nb", "txt": "x"},
                                 "webhook": {"type": "no spaces", "body": 1},
                                 "inbox": {"body": ""},
                                 "requiredVariables": ["a", "", "a", 5], "category": "No Category",
                                 "sms": {}}\
                                """)
                        .answer();

        assertThat(answer.wrong())
                .containsExactly(
                        "?key",
                        "/email/subject",
                        "/email",
                        "/email/txt",
                        "/webhook/type",
                        "/webhook/body",
                        "/inbox/title",
                        "/inbox/body",
                        "/requiredVariables/1",
                        "/requiredVariables/2",
                        "/requiredVariables/3",
                        "/category",
                        "/sms");
        assertThat(answer.body().at("/errors/11/detail").asText())
                .startsWith("must have 1 to 128 lower-case letters");
        assertThat(world.stores.templates).isEmpty();
    }

    @Test
    void compiles_every_text() {
        var answer =
                world.put("/v1/templates/a")
                        .json(
                                """
                                {"email": {"subject": "{{#a}}", "text": "{{#a}}", "html": "{{#a}}"},
                                 "webhook": {"body": "{{#a}}"}, "inbox": {"title": "{{#a}}", "body": "{{#a}}"}}\
                                """)
                        .answer();

        assertThat(answer.wrong())
                .containsExactly(
                        "/email/subject",
                        "/email/text",
                        "/email/html",
                        "/webhook/body",
                        "/inbox/title",
                        "/inbox/body");
        assertThat(answer.body().at("/errors/0/detail").asText())
                .startsWith("cannot be compiled: line 1: ");
        assertThat(world.stores.templates).isEmpty();
    }

    @Test
    void bounds_its_texts() {
        var half = "x".repeat(128 * 1024);
        var line = "{\"inbox\": {\"title\": \"%s\"}}";

        assertThat(
                        world.put("/v1/templates/a")
                                .json(
                                        "{\"email\": {\"subject\": \"s\", \"text\": \"%s\", \"html\": \"%s\"}}"
                                                .formatted(half, half))
                                .answer()
                                .wrong())
                .containsExactly("");
        assertThat(
                        world.put("/v1/templates/a")
                                .json(line.formatted("x".repeat(999)))
                                .answer()
                                .wrong())
                .containsExactly("/inbox/title");
        assertThat(
                        world.put("/v1/templates/a")
                                .json(line.formatted("x".repeat(998)))
                                .answer()
                                .status())
                .isEqualTo(201);
    }

    @Test
    void another_tenants_template_is_as_unknown_as_none() {
        world.hasTemplate(world.otherTenant, "theirs");

        var theirs = world.get("/v1/templates/theirs").answer();
        theirs.isProblem(404, "not-found");

        assertThat(theirs.text()).isEqualTo(world.get("/v1/templates/none").answer().text());
        world.get("/v1/templates/theirs")
                .query("version", "1")
                .answer()
                .isProblem(404, "not-found");
        world.get("/v1/templates/Not%20a%20key").answer().isProblem(404, "not-found");
    }

    @Test
    void a_change_must_say_what_it_changes() {
        world.put(PATH).json(FULL).answer();

        var blind = world.put(PATH).json(NEW).answer();
        blind.isProblem(428, "precondition-required");
        assertThat(blind.body().path("detail").asText()).contains("\"1\"");
        world.put(PATH)
                .header("If-None-Match", "\"9\"")
                .json(NEW)
                .answer()
                .isProblem(428, "precondition-required");

        assertThat(versionOf(world.get(PATH))).isEqualTo(1);
        assertThat(world.put(PATH).header("If-Match", "*").json(NEW).answer().status())
                .isEqualTo(200);
        assertThat(world.put(PATH).header("If-Match", "\"1\", \"2\"").json(FULL).answer().status())
                .isEqualTo(200);
        assertThat(versionOf(world.get(PATH))).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2\"", "W/\"1\"", "\"\"", "\"x\", \"3\""})
    void a_change_of_something_else_than_is_there_is_refused(String tag) {
        world.put(PATH).json(FULL).answer();

        for (var body : new String[] {NEW, FULL}) {
            world.put(PATH)
                    .header("If-Match", tag)
                    .json(body)
                    .answer()
                    .isProblem(412, "precondition-failed");
        }
        assertThat(versionOf(world.get(PATH))).isEqualTo(1);
    }

    @Test
    void what_is_not_there_cannot_be_changed_and_what_is_there_not_be_created() {
        world.put(PATH)
                .header("If-Match", "*")
                .json(FULL)
                .answer()
                .isProblem(412, "precondition-failed");
        assertThat(world.put(PATH).header("If-None-Match", "*").json(FULL).answer().status())
                .isEqualTo(201);
        world.put(PATH)
                .header("If-None-Match", "*")
                .json(FULL)
                .answer()
                .isProblem(412, "precondition-failed");
    }

    @Test
    void a_condition_that_cannot_be_read_is_no_condition_that_was_left_out() {
        for (var header : new String[] {"If-Match", "If-None-Match"}) {
            world.put(PATH).header(header, "1").json(FULL).answer().isProblem(400, "malformed");
        }
        assertThat(world.stores.templates).isEmpty();
    }

    @Test
    void what_somebody_has_already_is_not_sent_again() {
        world.put(PATH).json(FULL).answer();

        var answer = world.get(PATH).header("If-None-Match", "W/\"1\"").answer();

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.text()).isEmpty();
        assertThat(answer.headers())
                .containsEntry("ETag", "\"1\"")
                .doesNotContainKey("Content-Type");
        assertThat(world.get(PATH).header("If-None-Match", "\"2\"").answer().status())
                .isEqualTo(200);
    }

    @Test
    void its_category_must_exist() {
        var body = "{\"inbox\": {\"title\": \"x\"}, \"category\": \"alarm\"}";
        var alarm = new Category("alarm", Guarantee.AT_MOST_ONCE, false, false);
        world.hasCategory(world.otherTenant, alarm);

        assertThat(world.put(PATH).json(body).answer().wrong()).containsExactly("/category");

        world.hasCategory(world.tenant, alarm);
        assertThat(world.put(PATH).json(body).answer().status()).isEqualTo(201);
    }

    @Test
    void archives_a_template_and_takes_it_up_again() {
        world.put(PATH).json(FULL).answer();
        world.put(PATH).header("If-Match", "*").json(NEW).answer();

        var answer = world.delete(PATH).header("If-Match", "*").answer();

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
        world.get(PATH).answer().isProblem(404, "not-found");
        world.delete(PATH).answer().isProblem(404, "not-found");
        world.post(PATH + "/preview").json("{}").answer().isProblem(404, "not-found");
        world.put(PATH)
                .header("If-Match", "\"2\"")
                .json(NEW)
                .answer()
                .isProblem(412, "precondition-failed");
        assertThat(world.get("/v1/templates").answer().body().path("data")).isEmpty();
        assertThat(versionOf(world.get(PATH).query("version", "2"))).isEqualTo(2);
        assertThat(world.get(PATH + "/versions").answer().body().path("data")).hasSize(2);

        var back = world.put(PATH).header("If-None-Match", "*").json(NEW).answer();
        assertThat(back.status()).isEqualTo(201);
        assertThat(back.headers()).containsEntry("ETag", "\"4\"");
        assertThat(versionOf(world.get(PATH))).isEqualTo(4);
    }

    @Test
    void archives_what_the_caller_has_seen() {
        world.put(PATH).json(FULL).answer();

        var unseen = world.delete(PATH).answer().isProblem(428, "precondition-required");
        assertThat(unseen.body().path("detail").asText()).contains("\"1\"");
        world.delete(PATH)
                .header("If-Match", "\"2\"")
                .answer()
                .isProblem(412, "precondition-failed");
        assertThat(world.delete(PATH).header("If-Match", "\"1\"").answer().status()).isEqualTo(204);
        world.hasTemplate(world.otherTenant, "theirs");
        world.delete("/v1/templates/theirs").answer().isProblem(404, "not-found");
        world.delete("/v1/templates/Not%20a%20key").answer().isProblem(404, "not-found");
        assertThat(world.get("/v1/templates/theirs").key(world.otherKey).answer().status())
                .isEqualTo(200);
    }

    @Test
    void lists_templates_by_key_page_by_page() {
        for (var key : new String[] {"c", "a", "b", "d", "e"}) {
            world.hasTemplate(world.tenant, key, "order");
        }
        world.hasTemplate(world.otherTenant, "bb");

        var first = world.get("/v1/templates").query("limit", "2").answer().body();
        assertThat(first.at("/data/0").toString())
                .isEqualTo(
                        """
                        {"key":"a","version":1,"channels":["email","webhook","inbox"],\
                        "requiredVariables":["order"],"category":"transactional",\
                        "createdAt":"2026-11-23T18:00:00Z"}\
                        """);
        var seen = new ArrayList<>(first.path("data").findValuesAsText("key"));
        var cursor = first.path("nextCursor").asText();
        while (!cursor.equals("null")) {
            var page =
                    world.get("/v1/templates")
                            .query("limit", "2")
                            .query("cursor", cursor)
                            .answer()
                            .body();
            seen.addAll(page.path("data").findValuesAsText("key"));
            cursor = page.path("nextCursor").asText();
        }
        assertThat(seen).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void lists_versions_page_by_page() {
        world.put(PATH).json(FULL).answer();
        world.put(PATH).header("If-Match", "*").json(NEW).answer();
        world.put(PATH).header("If-Match", "*").json(FULL).answer();

        var first = world.get(PATH + "/versions").query("limit", "2").answer().body();
        var next = first.path("nextCursor").asText();
        var second = world.get(PATH + "/versions").query("cursor", next).answer().body();

        assertThat(first.path("data").findValuesAsText("version")).containsExactly("3", "2");
        assertThat(first.at("/data/1/channels").toString()).isEqualTo("[\"inbox\"]");
        assertThat(second.path("data").findValuesAsText("version")).containsExactly("1");
        assertThat(second.path("nextCursor").isNull()).isTrue();
        world.get("/v1/templates/none/versions").answer().isProblem(404, "not-found");
        world.get(PATH + "/versions").key(world.otherKey).answer().isProblem(404, "not-found");
    }

    @Test
    void a_cursor_fits_its_list_only_whoever_made_it() {
        for (var key : new String[] {"a", "b"}) {
            world.hasTemplate(world.tenant, key);
        }
        var cursor =
                world.get("/v1/templates")
                        .query("limit", "1")
                        .answer()
                        .body()
                        .path("nextCursor")
                        .asText();

        for (var path : new String[] {"/v1/categories", "/v1/templates/a/versions"}) {
            assertThat(world.get(path).query("cursor", cursor).answer().wrong())
                    .containsExactly("?cursor");
        }
        assertThat(
                        world.get("/v1/templates")
                                .key(world.otherKey)
                                .query("cursor", cursor)
                                .answer()
                                .wrong())
                .containsExactly("?cursor");
        var page =
                new Page<String>(
                        1, null, List.of("/v1/templates", world.tenant.toString()), ANY_KEY);
        for (var key : new String[] {"\0", "", "A B", "a".repeat(129)}) {
            var made =
                    page.of(List.of(key, key), each -> each, _ -> Json.object())
                            .path("nextCursor")
                            .asText();
            assertThat(world.get("/v1/templates").query("cursor", made).answer().wrong())
                    .containsExactly("?cursor");
        }
        var versions =
                new Page<String>(
                        1,
                        null,
                        List.of("/v1/templates/{key}/versions", world.tenant.toString(), "a"),
                        ANY_KEY);
        for (var version : new String[] {"0", "-1", "x", "99999999999"}) {
            var made =
                    versions.of(List.of(version, version), each -> each, _ -> Json.object())
                            .path("nextCursor")
                            .asText();
            assertThat(world.get("/v1/templates/a/versions").query("cursor", made).answer().wrong())
                    .containsExactly("?cursor");
        }
    }

    @Test
    void previews_what_each_channel_would_get_and_what_was_missing() {
        world.put(PATH).json(FULL).answer();

        var answer =
                world.post(PATH + "/preview").json("{\"payload\": {\"date\": \"<b>\"}}").answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"version":1,\
                        "email":{"subject":"Order","text":"It is sent.","html":"<p>It is sent."},\
                        "webhook":{"type":"order.shipped","body":""},\
                        "inbox":{"title":"Sent","body":"Order "},\
                        "missing":[{"name":"order","required":true}]}\
                        """);
        assertThat(world.stores.notifications).isEmpty();
    }

    @Test
    void previews_the_channels_and_the_version_that_are_asked_for() {
        world.put(PATH).json(FULL).answer();
        world.put(PATH).header("If-Match", "*").json(NEW).answer();
        var preview = PATH + "/preview";

        var first =
                world.post(preview)
                        .json("{\"version\": 1, \"channels\": [\"email\"]}")
                        .answer()
                        .body();
        assertThat(first.path("version").intValue()).isEqualTo(1);
        assertThat(first.path("email").isObject()).isTrue();
        assertThat(first.path("inbox").isNull()).isTrue();
        assertThat(first.path("missing").findValuesAsText("name")).containsExactly("date", "order");
        assertThat(world.post(preview).json("{}").answer().body().at("/inbox/title").asText())
                .isEqualTo("New");
        assertThat(
                        world.post(preview)
                                .json("{\"channels\": [\"inbox\", \"email\"]}")
                                .answer()
                                .wrong())
                .containsExactly("/channels/1");
        world.post(preview).json("{\"version\": 9}").answer().isProblem(404, "not-found");
    }

    @Test
    void previews_content_that_is_not_stored() {
        var answer =
                world.post("/v1/templates/not-there/preview")
                        .json(
                                """
                                {"payload": {"b": 1},
                                 "content": {"webhook": {"body": "{{a}}{{b}}{{c.d}}"},
                                             "requiredVariables": ["e"]}}\
                                """)
                        .answer();

        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"version":null,"email":null,\
                        "webhook":{"type":"not-there","body":"1"},"inbox":null,\
                        "missing":[{"name":"a","required":false},{"name":"c.d","required":false},\
                        {"name":"e","required":true}]}\
                        """);
        assertThat(world.stores.templates).isEmpty();
    }

    @Test
    void names_every_wrong_field_of_a_preview_at_once() {
        var answer =
                world.post(PATH + "/preview")
                        .json(
                                """
                                {"payload": [], "channels": ["fax"], "version": 0,
                                 "content": {"email": {"subject": "{{#a}}", "text": "t"},
                                             "inbox": {"title": 1}}, "x": 1}\
                                """)
                        .answer();

        assertThat(answer.wrong())
                .containsExactly(
                        "/payload",
                        "/channels/0",
                        "/version",
                        "/content/inbox/title",
                        "/content/email/subject",
                        "/content",
                        "/x");
        assertThat(
                        world.post(PATH + "/preview")
                                .json("{\"content\": {\"inbox\": {\"title\": \"{{#a}}\"}}}")
                                .answer()
                                .wrong())
                .containsExactly("/content/inbox/title");
    }

    @Test
    void a_preview_that_cannot_be_made_says_so() {
        var list = "[" + "1,".repeat(999) + "1]";
        var nested = "{{#l}}{{#l}}{{#l}}x{{/l}}{{/l}}{{/l}}";

        var answer =
                world.post(PATH + "/preview")
                        .json(
                                """
                                {"payload": {"l": %s}, "content": {"inbox": {"title": "%s"}}}\
                                """
                                        .formatted(list, nested))
                        .answer();

        assertThat(answer.wrong()).containsExactly("/payload");
        assertThat(answer.body().at("/errors/0/detail").asText()).contains("/inbox/title");
    }

    @Test
    void a_preview_that_is_too_long_for_an_answer_says_so() {
        var text = "{{#l}}" + "\\u0001".repeat(1_000) + "{{/l}}";

        var answer =
                world.post(PATH + "/preview")
                        .json(
                                """
                                {"content": {"email": {"subject": "s", "text": "%s"},
                                             "webhook": {"body": "%s"}},
                                 "payload": {"l": [%s1]}}\
                                """
                                        .formatted(text, text, "1,".repeat(499)))
                        .answer();

        assertThat(answer.wrong()).containsExactly("/payload");
        assertThat(answer.body().at("/errors/0/detail").asText()).contains("fewer channels");
    }

    private static int versionOf(World.Request request) {
        return request.answer().body().path("version").intValue();
    }
}
