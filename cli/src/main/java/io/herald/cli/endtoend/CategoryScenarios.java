package io.herald.cli.endtoend;

import io.herald.cli.Json;
import java.util.List;

/** Categories, own and built in. */
final class CategoryScenarios {
    private CategoryScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("a category's life", CategoryScenarios::life),
                new Scenario("built-in categories stay", CategoryScenarios::builtIn),
                new Scenario("a category that is named stays", CategoryScenarios::named));
    }

    private static void life(Visit visit) throws InterruptedException {
        var key = visit.name("category");
        var path = visit.remembered("/v1/categories/" + key);
        visit.call(
                        Call.put(
                                path,
                                "{\"guarantee\": \"atMostOnce\", \"lane\": \"urgent\", \"optOut\": true}"))
                .expect(201)
                .expect(
                        "",
                        Json.read(
                                """
                                {"key": "%s", "guarantee": "atMostOnce", "lane": "urgent",
                                 "optOut": true, "builtIn": false}
                                """
                                        .formatted(key)));
        visit.call(Call.put(path, "{}"))
                .expect(200)
                .expect("/guarantee", "atLeastOnce")
                .expect("/lane", "own")
                .expect("/optOut", false);
        visit.call(Call.get(path)).expect(200).expect("/lane", "own");

        var keys = visit.walk("/v1/categories", 50, "key");
        if (!keys.containsAll(List.of(key, "security", "transactional", "marketing"))) {
            throw visit.call(Call.get("/v1/categories"))
                    .unexpected("%s and those built in, not %s".formatted(key, keys));
        }

        visit.call(Call.delete(path)).expect(204);
        visit.expectProblem(visit.call(Call.get(path)), 404, "not-found");
        visit.expectProblem(visit.call(Call.delete(path)), 404, "not-found");
    }

    private static void builtIn(Visit visit) throws InterruptedException {
        visit.call(Call.get("/v1/categories/security"))
                .expect(200)
                .expect("/builtIn", true)
                .expect("/lane", "urgent")
                .expect("/optOut", false);
        for (var key : List.of("security", "transactional", "marketing")) {
            var path = "/v1/categories/" + key;
            visit.expectProblem(visit.call(Call.put(path, "{}")), 409, "conflict");
            visit.expectProblem(visit.call(Call.delete(path)), 409, "conflict");
        }
    }

    private static void named(Visit visit) throws InterruptedException {
        var category = visit.name("category");
        var path = visit.remembered("/v1/categories/" + category);
        visit.call(Call.put(path, "{}")).expect(201);
        var template =
                visit.template(
                        "{\"inbox\": {\"title\": \"Hi\"}, \"category\": \"%s\"}"
                                .formatted(category));
        visit.expectProblem(visit.call(Call.delete(path)), 409, "conflict");

        var user = visit.user();
        var message = "{\"userId\": \"%s\", \"channels\": [\"inbox\"], \"template\": \"%s\"%s}";
        var own = visit.send(message.formatted(user, template, ""));
        visit.call(Call.get("/v1/notifications/" + own)).expect(200).expect("/category", category);
        var another =
                visit.send(message.formatted(user, template, ", \"category\": \"marketing\""));
        visit.call(Call.get("/v1/notifications/" + another))
                .expect(200)
                .expect("/category", "marketing");

        visit.call(
                        Call.put("/v1/templates/" + template, "{\"inbox\": {\"title\": \"Hi\"}}")
                                .with("If-Match", "*"))
                .expect(200);
        visit.call(Call.delete(path)).expect(204);
        visit.expectProblem(
                        visit.call(
                                Call.post(
                                        "/v1/notifications",
                                        message.formatted(
                                                user,
                                                template,
                                                ", \"category\": \"%s\"".formatted(category)))),
                        422,
                        "invalid")
                .expectErrors("/category");
    }
}
