package io.herald.cli.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What it says about itself. */
final class DocumentationScenarios {
    private DocumentationScenarios() {}

    /** To be run last: it looks at what the others called. */
    static List<Scenario> all() {
        return List.of(
                new Scenario("it says that it is well", DocumentationScenarios::health),
                new Scenario("there is a page for people", DocumentationScenarios::page),
                new Scenario(
                        "openapi.json has all that was called", DocumentationScenarios::paths));
    }

    private static void health(Visit visit) throws InterruptedException {
        visit.call(Call.get("/healthz").withoutKey()).expect(200).expect("/status", "ok");
    }

    private static void page(Visit visit) throws InterruptedException {
        var page =
                visit.call(Call.get("/docs").withoutKey())
                        .expect(200)
                        .expectHeader("Content-Type", "text/html")
                        .expectThat(
                                "a page with /v1/notifications, and without scripts",
                                it ->
                                        it.text().contains("/v1/notifications")
                                                && !it.text().contains("<script"));
        visit.call(Call.get("/docs").withoutKey().with("If-None-Match", page.tag())).expect(304);
    }

    private static void paths(Visit visit) throws InterruptedException {
        var document =
                visit.call(Call.get("/openapi.json").withoutKey())
                        .expect(200)
                        .expectHeader("Content-Type", "application/json")
                        .expectThat("OpenAPI 3", it -> it.at("/openapi").asText().startsWith("3."));
        visit.call(Call.get("/openapi.json").withoutKey().with("If-None-Match", document.tag()))
                .expect(304);

        var operations = operations(document);
        var missing =
                visit.found().stream()
                        .filter(call ->
                                operations.stream()
                                        .noneMatch(operation -> operation.matcher(call).matches()))
                        .toList();
        if (!missing.isEmpty()) {
            throw document.unexpected("a document that has " + String.join(", ", missing));
        }
    }

    /** Each matches the method and the path of the calls that it describes. */
    private static List<Pattern> operations(Answer document) {
        var operations = new ArrayList<Pattern>();
        for (var path : document.at("/paths").properties()) {
            var pattern = path.getKey().replace(".", "\\.").replaceAll("\\{[^/}]+}", "[^/]+");
            path.getValue()
                    .fieldNames()
                    .forEachRemaining(method ->
                            operations.add(
                                    Pattern.compile(
                                            method.toUpperCase(Locale.ROOT) + " " + pattern)));
        }
        return operations;
    }
}
