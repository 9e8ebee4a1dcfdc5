package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.notification.Guarantee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CategoryApiTest {
    private static final String PATH = "/v1/categories/alarm";

    private final World world = new World();

    @Test
    void makes_shows_replaces_and_deletes_a_category() {
        var made =
                world.put(PATH)
                        .json(
                                "{\"guarantee\": \"atMostOnce\", \"lane\": \"urgent\", \"optOut\": true}")
                        .answer();

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.text())
                .isEqualTo(
                        """
                        {"key":"alarm","guarantee":"atMostOnce","lane":"urgent","optOut":true,\
                        "builtIn":false}\
                        """);
        assertThat(world.get(PATH).answer().text()).isEqualTo(made.text());

        var replaced = world.put(PATH).json("{}").answer();
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.text())
                .isEqualTo(
                        """
                        {"key":"alarm","guarantee":"atLeastOnce","lane":"own","optOut":false,\
                        "builtIn":false}\
                        """);

        assertThat(world.delete(PATH).answer().status()).isEqualTo(204);
        world.get(PATH).answer().isProblem(404, "not-found");
        world.delete(PATH).answer().isProblem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"security", "transactional", "marketing"})
    void the_built_in_ones_are_there_and_stay_as_they_are(String key) {
        var path = "/v1/categories/" + key;

        assertThat(world.get(path).answer().body().path("builtIn").booleanValue()).isTrue();
        world.put(path).json("{}").answer().isProblem(409, "conflict");
        world.delete(path).answer().isProblem(409, "conflict");
    }

    @Test
    void lists_them_by_key_page_by_page() {
        world.put("/v1/categories/news").json("{}").answer();
        world.hasCategory(
                world.otherTenant, new Category("n", Guarantee.AT_LEAST_ONCE, false, false));

        var first = world.get("/v1/categories").query("limit", "3").answer().body();
        var second =
                world.get("/v1/categories")
                        .query("cursor", first.path("nextCursor").asText())
                        .answer()
                        .body();

        assertThat(first.path("data").findValuesAsText("key"))
                .containsExactly("marketing", "news", "security");
        assertThat(second.path("data").findValuesAsText("key")).containsExactly("transactional");
        assertThat(second.path("nextCursor").isNull()).isTrue();
    }

    @Test
    void names_every_wrong_field_at_once() {
        var answer =
                world.put("/v1/categories/No%20Key")
                        .json(
                                """
                                {"guarantee": "exactlyOnce", "lane": "fast", "optOut": "yes",
                                 "urgent": true}\
                                """)
                        .answer();

        assertThat(answer.wrong())
                .containsExactly("?key", "/guarantee", "/lane", "/optOut", "/urgent");
        assertThat(world.put(PATH).json("[]").answer().wrong()).containsExactly("");
        assertThat(world.stores.categories).isEmpty();
    }

    @Test
    void one_that_a_template_names_stays_until_the_template_names_another() {
        world.put(PATH).json("{}").answer();
        var template = "{\"inbox\": {\"title\": \"x\"}, \"category\": \"%s\"}";
        world.put("/v1/templates/siren").json(template.formatted("alarm")).answer();

        var answer = world.delete(PATH).answer();

        answer.isProblem(409, "conflict");
        assertThat(answer.body().path("detail").asText()).contains("siren");
        world.put("/v1/templates/siren")
                .header("If-Match", "*")
                .json(template.formatted("security"))
                .answer();
        assertThat(world.delete(PATH).answer().status()).isEqualTo(204);
    }

    @Test
    void there_can_be_so_many_of_them() {
        for (int i = 0; i < Categories.MAX_OWN; i++) {
            world.hasCategory(
                    world.tenant, new Category("c" + i, Guarantee.AT_LEAST_ONCE, false, false));
        }

        world.put(PATH).json("{}").answer().isProblem(409, "conflict");
        assertThat(world.put("/v1/categories/c0").json("{}").answer().status()).isEqualTo(200);
    }

    @Test
    void another_tenants_is_as_unknown_as_none() {
        world.hasCategory(
                world.otherTenant, new Category("alarm", Guarantee.AT_LEAST_ONCE, false, false));

        var theirs = world.get(PATH).answer();
        theirs.isProblem(404, "not-found");

        assertThat(theirs.text()).isEqualTo(world.get("/v1/categories/none").answer().text());
        world.delete(PATH).answer().isProblem(404, "not-found");
        assertThat(world.get(PATH).key(world.otherKey).answer().status()).isEqualTo(200);
    }
}
