package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TemplateApiTest {
    private static final String FULL =
            """
            {"email": {"subject": "Order {{order}}", "text": "It is sent.", "html": "<p>It is sent."},
             "webhook": {"type": "order.shipped", "body": "{{order}}"},
             "inbox": {"title": "Sent", "body": "Order {{order}}"},
             "requiredVariables": ["order", "date"], "category": "marketing"}\
            """;

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
        var other = world.put(path).json("{\"inbox\": {\"title\": \"New\"}}").answer();

        assertThat(same.status()).isEqualTo(200);
        assertThat(same.body().path("version").intValue()).isEqualTo(1);
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
                                 "requiredVariables": ["a", "", "a", 5], "category": "spam",
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
                .isEqualTo("must be one of security, transactional, marketing");
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

    private static int versionOf(World.Request request) {
        return request.answer().body().path("version").intValue();
    }
}
