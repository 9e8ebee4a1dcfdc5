package io.herald.cli.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.cli.Json;
import java.util.List;

/** What fails, and what is to become of it. */
final class DeadLetterScenarios {
    /** Webhooks go to public addresses only, so this one fails wherever it is tried. */
    private static final String NOWHERE = "http://127.0.0.1:9/";

    private static final String CAUSE = "target_not_allowed";

    private DeadLetterScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("what failed is replayed", DeadLetterScenarios::replay),
                new Scenario("what failed is discarded", DeadLetterScenarios::discard));
    }

    private static void replay(Visit visit) throws InterruptedException {
        var template = visit.template("{\"webhook\": {\"type\": \"herald.endtoend\"}}");
        var id = failed(visit, template);
        var list = "/v1/dead-letters?cause=" + CAUSE + "&template=" + template;
        visit.call(Call.get(list))
                .expect(200)
                .expectThat("it alone", it -> it.at("/data").size() == 1)
                .expect("/data/0/id", id)
                .expect("/data/0/kind", "notification")
                .expect("/data/0/cause/code", CAUSE)
                .expect("/data/0/channel", "webhook")
                .expectThat("no payload", it -> !it.at("/data/0").has("payload"));
        visit.call(Call.get("/v1/dead-letters/" + id))
                .expect(200)
                .expect("/payload", Json.read("{\"order\": \"A-17\"}"))
                .expect("/templateVersion", 1);

        var made =
                visit.call(
                                Call.post(
                                        "/v1/dead-letters/replay",
                                        "{\"filter\": {\"template\": \"%s\"}}".formatted(template)))
                        .expect(202)
                        .expect("/kind", "replay");
        var job = made.textAt("/id");
        made.expectHeader("Location", ".*/v1/jobs/" + job + "$");
        ended(visit, job).expect("/state", "done").expect("/result/replayed", 1);

        // It fails again, for the same reason, and is a dead letter once more.
        var events =
                visit.await(
                        Call.get("/v1/notifications/" + id + "/events"),
                        "a second failure after it was replayed",
                        it -> lastKind(it.at("/data")).equals("refused") && isReplayed(it));
        events.expectThat(
                "attempts that count on", it -> it.at("/data").findValues("attempt").size() > 4);
        visit.call(Call.get(list)).expect(200).expect("/data/0/id", id);
    }

    private static void discard(Visit visit) throws InterruptedException {
        var template = visit.template("{\"webhook\": {\"type\": \"herald.endtoend\"}}");
        var id = failed(visit, template);
        var job =
                visit.call(
                                Call.post(
                                        "/v1/dead-letters/discard",
                                        "{\"ids\": [\"%s\"]}".formatted(id)))
                        .expect(202)
                        .textAt("/id");
        ended(visit, job)
                .expect("/state", "done")
                .expect("/result", Json.read("{\"discarded\": 1, \"skipped\": 0}"));
        visit.call(Call.get("/v1/jobs?limit=100"))
                .expect(200)
                .expectThat("the job", it -> it.at("/data").findValuesAsText("id").contains(job));
        visit.expectProblem(
                visit.call(Call.of("POST", "/v1/jobs/" + job + "/cancel")), 409, "conflict");

        visit.call(Call.get("/v1/dead-letters?template=" + template))
                .expect(200)
                .expect("/data", Json.read("[]"));
        visit.expectProblem(visit.call(Call.get("/v1/dead-letters/" + id)), 404, "not-found");
        visit.call(Call.get("/v1/notifications/" + id))
                .expect(200)
                .expect("/status", "FAILED")
                .expect("/reason/code", CAUSE);
        for (var wrong : List.of("{}", "{\"all\": true, \"ids\": [\"" + id + "\"]}")) {
            visit.expectProblem(
                    visit.call(Call.post("/v1/dead-letters/discard", wrong)), 422, "invalid");
        }
    }

    private static String failed(Visit visit, String template) throws InterruptedException {
        var id =
                visit.send(
                        """
                        {"to": {"webhookUrl": "%s"}, "channels": ["webhook"], "template": "%s",
                         "payload": {"order": "A-17"}}
                        """
                                .formatted(NOWHERE, template));
        visit.await(id, "FAILED").expect("/reason/code", CAUSE);
        return id;
    }

    private static Answer ended(Visit visit, String job) throws InterruptedException {
        return visit.await(
                Call.get("/v1/jobs/" + job), "an end", it -> it.at("/endedAt").isTextual());
    }

    private static String lastKind(JsonNode events) {
        return events.path(events.size() - 1).path("kind").asText();
    }

    private static boolean isReplayed(Answer timeline) {
        return timeline.at("/data").findValuesAsText("kind").contains("replayed");
    }
}
