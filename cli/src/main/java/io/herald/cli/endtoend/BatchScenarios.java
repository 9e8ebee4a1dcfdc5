package io.herald.cli.endtoend;

import io.herald.cli.Json;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Many messages in one call. */
final class BatchScenarios {
    private static final int MANY = 20;

    private BatchScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("a batch, item by item", BatchScenarios::items),
                new Scenario("a batch keeps the order of a user", BatchScenarios::order));
    }

    private static void items(Visit visit) throws InterruptedException {
        var user = visit.user();
        var good = titled(user, "Good");
        var wrong = titled(visit.name("nobody"), "Nobody");
        var worse = "{\"userId\": \"%s\", \"channels\": [\"pigeon\"]}".formatted(user);

        var answer =
                visit.call(Call.post("/v1/notifications/batch", batch(List.of(good, wrong, worse))))
                        .expect(202)
                        .expect("/accepted", 1)
                        .expect("/rejected", 2)
                        .expectThat("3 items", it -> it.at("/data").size() == 3)
                        .expect("/data/0/index", 0)
                        .expect("/data/0/notifications/0/channel", "inbox")
                        .expect("/data/0/notifications/0/status", "PENDING")
                        .expect("/data/1/index", 1)
                        .expectThat(
                                "a problem of the type invalid",
                                it ->
                                        it.textAt("/data/1/problem/type")
                                                .endsWith("/problems/invalid"))
                        .expect("/data/1/problem/status", 422)
                        .expect("/data/1/problem/errors/0/pointer", "/notifications/1/userId")
                        .expect("/data/2/index", 2)
                        .expectThat(
                                "an error at /notifications/2/channels/0",
                                it ->
                                        it.at("/data/2/problem/errors")
                                                .findValuesAsText("pointer")
                                                .contains("/notifications/2/channels/0"));
        visit.await(answer.textAt("/data/0/notifications/0/id"), "DELIVERED");

        visit.expectProblem(
                        visit.call(Call.post("/v1/notifications/batch", batch(List.of(wrong)))),
                        422,
                        "invalid")
                .expect("/accepted", 0)
                .expect("/rejected", 1)
                .expect("/data/0/problem/errors/0/pointer", "/notifications/0/userId");
        visit.expectProblem(
                        visit.call(Call.post("/v1/notifications/batch", batch(List.of()))),
                        422,
                        "invalid")
                .expectErrors("/notifications");
    }

    /** The feed is newest first: by the order in which the messages were accepted. */
    private static void order(Visit visit) throws InterruptedException {
        var user = visit.user();
        var messages = IntStream.range(0, MANY).mapToObj(i -> titled(user, "Number " + i)).toList();
        visit.call(Call.post("/v1/notifications/batch", batch(messages)))
                .expect(202)
                .expect("/accepted", MANY);
        visit.await(
                Call.get("/v1/notifications?status=DELIVERED&limit=100&userId=" + user),
                MANY + " messages that are DELIVERED",
                it -> it.at("/data").size() == MANY);

        var feed = "/v1/users/" + user + "/inbox";
        var titles = visit.walk(feed, 7, "title");
        var expected = IntStream.range(0, MANY).mapToObj(i -> "Number " + i).toList().reversed();
        if (!titles.equals(expected)) {
            throw visit.call(Call.get(feed))
                    .unexpected("%s, page by page, not %s".formatted(expected, titles));
        }
    }

    /** A message to the inbox of a user. */
    static String titled(String user, String title) {
        return Json.read(
                        """
                        {"userId": "%s", "channels": ["inbox"], "content": {"inbox": {"title": "%s"}}}
                        """
                                .formatted(user, title))
                .toString();
    }

    static String batch(List<String> messages) {
        return messages.stream().collect(Collectors.joining(", ", "{\"notifications\": [", "]}"));
    }
}
