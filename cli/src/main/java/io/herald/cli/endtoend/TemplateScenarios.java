package io.herald.cli.endtoend;

import io.herald.cli.Json;
import java.util.List;

/** Templates: their versions, what becomes of a payload, and their end. */
final class TemplateScenarios {
    private TemplateScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("a template's versions", TemplateScenarios::versions),
                new Scenario("a template is previewed", TemplateScenarios::preview),
                new Scenario("a template is archived", TemplateScenarios::archive),
                new Scenario("templates are listed", TemplateScenarios::list));
    }

    private static String saying(String title) {
        return "{\"inbox\": {\"title\": \"%s\"}}".formatted(title);
    }

    private static void versions(Visit visit) throws InterruptedException {
        var path = visit.remembered("/v1/templates/" + visit.name("template"));
        var first =
                visit.call(Call.put(path, saying("One")))
                        .expect(201)
                        .expect("/version", 1)
                        .expect("/inbox/title", "One")
                        .expect("/category", "transactional")
                        .expectNull("/email")
                        .tag();
        visit.call(Call.put(path, saying("One"))).expect(200).expect("/version", 1);

        visit.expectProblem(
                visit.call(Call.put(path, saying("Two"))), 428, "precondition-required");
        visit.call(Call.put(path, saying("Two")).with("If-Match", first))
                .expect(200)
                .expect("/version", 2);
        visit.expectProblem(
                visit.call(Call.put(path, saying("Three")).with("If-Match", first)),
                412,
                "precondition-failed");

        var newest =
                visit.call(Call.get(path))
                        .expect(200)
                        .expect("/version", 2)
                        .expect("/inbox/title", "Two");
        visit.call(Call.get(path).with("If-None-Match", newest.tag())).expect(304);
        visit.call(Call.get(path + "?version=1")).expect(200).expect("/inbox/title", "One");
        visit.expectProblem(visit.call(Call.get(path + "?version=3")), 404, "not-found");
        var versions = visit.walk(path + "/versions", 1, "version");
        if (!versions.equals(List.of("2", "1"))) {
            throw visit.call(Call.get(path + "/versions"))
                    .unexpected("the versions 2 and 1, page by page, not " + versions);
        }
    }

    private static void preview(Visit visit) throws InterruptedException {
        var key =
                visit.template(
                        """
                        {
                          "email": {"subject": "For {{name}}", "html": "<p>{{name}}</p>"},
                          "inbox": {"title": "For {{name}}!", "body": "From {{sender}}"},
                          "requiredVariables": ["name"]
                        }
                        """);
        var path = "/v1/templates/" + key + "/preview";

        visit.call(Call.post(path, "{\"payload\": {\"name\": \"<Ada>\", \"sender\": \"us\"}}"))
                .expect(200)
                .expect("/version", 1)
                .expect("/email/subject", "For <Ada>")
                .expect("/email/html", "<p>&lt;Ada&gt;</p>")
                .expect("/inbox/title", "For <Ada>!")
                .expect("/inbox/body", "From us")
                .expectNull("/webhook")
                .expect("/missing", Json.read("[]"));
        visit.call(Call.post(path, "{\"channels\": [\"inbox\"]}"))
                .expect(200)
                .expectNull("/email")
                .expect("/inbox/title", "For !")
                .expectThat(
                        "name, required, and sender, not required, among the missing",
                        it ->
                                it.at("/missing").size() == 2
                                        && it.text().contains("\"name\":\"name\",\"required\":true")
                                        && it.text()
                                                .contains(
                                                        "\"name\":\"sender\",\"required\":false"));
        visit.call(
                        Call.post(
                                path,
                                "{\"content\": %s, \"payload\": {\"a\": 1}}"
                                        .formatted(saying("Edited {{a}}"))))
                .expect(200)
                .expectNull("/version")
                .expect("/inbox/title", "Edited 1");
        visit.expectProblem(
                visit.call(Call.post("/v1/templates/" + visit.name("no") + "/preview", "{}")),
                404,
                "not-found");
        visit.expectProblem(
                        visit.call(
                                Call.put(
                                        visit.remembered("/v1/templates/" + visit.name("broken")),
                                        saying("{{#open}}"))),
                        422,
                        "invalid")
                .expectErrors("/inbox/title");
    }

    private static void archive(Visit visit) throws InterruptedException {
        var key = visit.template(saying("Old"));
        var path = "/v1/templates/" + key;
        var user = visit.user();

        visit.expectProblem(visit.call(Call.delete(path)), 428, "precondition-required");
        visit.expectProblem(
                visit.call(Call.delete(path).with("If-Match", "\"another\"")),
                412,
                "precondition-failed");
        visit.call(Call.delete(path).with("If-Match", "\"1\"")).expect(204);
        visit.expectProblem(visit.call(Call.get(path)), 404, "not-found");
        visit.expectProblem(visit.call(Call.delete(path)), 404, "not-found");
        visit.call(Call.get(path + "?version=1")).expect(200).expect("/inbox/title", "Old");
        visit.call(Call.get(path + "/versions")).expect(200).expect("/data/0/version", 1);
        visit.expectProblem(
                        visit.call(
                                Call.post(
                                        "/v1/notifications",
                                        """
                                        {"userId": "%s", "channels": ["inbox"], "template": "%s"}
                                        """
                                                .formatted(user, key))),
                        422,
                        "invalid")
                .expectErrors("/template");

        visit.call(Call.put(path, saying("New")))
                .expect(201)
                .expectThat("a version after the first", it -> it.at("/version").asInt() > 1);
    }

    private static void list(Visit visit) throws InterruptedException {
        var listed = visit.template("{\"inbox\": {\"title\": \"A\"}, \"webhook\": {}}");
        var archived = visit.template(saying("B"));
        visit.call(Call.delete("/v1/templates/" + archived).with("If-Match", "*")).expect(204);

        var found =
                visit.walk("/v1/templates", 100).stream()
                        .filter(it -> it.path("key").asText().equals(listed))
                        .toList();
        var again = visit.call(Call.get("/v1/templates?limit=1")).expect(200);
        if (found.size() != 1 || found.getFirst().path("channels").size() != 2) {
            throw again.unexpected(
                    "%s, with two channels, once in the list, not %s".formatted(listed, found));
        }
        if (visit.walk("/v1/templates", 100, "key").contains(archived)) {
            throw again.unexpected(archived + ", which is archived, not in the list");
        }
    }
}
