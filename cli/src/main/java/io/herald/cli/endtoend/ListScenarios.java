package io.herald.cli.endtoend;

import static io.herald.cli.endtoend.BatchScenarios.batch;
import static io.herald.cli.endtoend.BatchScenarios.titled;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Lists: their filters, and that a walk through the pages meets each item once. */
final class ListScenarios {
    private static final String LIST = "/v1/notifications";

    private ListScenarios() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario("a walk through a list meets each once", ListScenarios::walk),
                new Scenario("notifications are filtered", ListScenarios::filters),
                new Scenario("wrong filters and cursors are refused", ListScenarios::refused));
    }

    private static void walk(Visit visit) throws InterruptedException {
        var user = visit.user();
        var accepted = sent(visit, user, 23);
        var list = LIST + "?userId=" + user;
        expectIds(visit, list, accepted.reversed(), visit.walk(list, 5, "id"));

        // What is added meanwhile does not disturb.
        var firstPage = visit.call(Call.get(list + "&limit=10")).expect(200);
        sent(visit, user, 3);
        var walked = new ArrayList<String>();
        visit.walk(list, 10, firstPage).forEach(item -> walked.add(item.path("id").asText()));
        expectIds(visit, list, accepted.reversed(), walked);

        visit.await(
                Call.get(list + "&status=DELIVERED&limit=100"),
                "all 26 DELIVERED",
                it -> it.at("/data").size() == 26);
        var events = "/v1/users/" + user + "/events";
        var seen =
                visit.walk(events, 50).stream()
                        .map(event ->
                                event.path("notificationId").asText()
                                        + " "
                                        + event.path("sequence").asText())
                        .toList();
        if (seen.stream().distinct().count() != seen.size()) {
            throw visit.call(Call.get(events)).unexpected("each event once, not " + seen);
        }
    }

    /** The ids of as many new notifications, in the order in which they were accepted. */
    private static List<String> sent(Visit visit, String user, int count)
            throws InterruptedException {
        var messages = new ArrayList<String>();
        for (var i = 0; i < count; i++) {
            messages.add(titled(user, "Number " + i));
        }
        var answer =
                visit.call(Call.post(LIST + "/batch", batch(messages)))
                        .expect(202)
                        .expect("/accepted", count);
        var ids = new ArrayList<String>();
        answer.at("/data").forEach(item -> ids.add(item.at("/notifications/0/id").asText()));
        return ids;
    }

    private static void filters(Visit visit) throws InterruptedException {
        var user = visit.user();
        var template = visit.template("{\"inbox\": {\"title\": \"A\"}}");
        sent(visit, user, 4);
        visit.send(
                "{\"userId\": \"%s\", \"channels\": [\"inbox\"], \"template\": \"%s\"}"
                        .formatted(user, template));
        sent(visit, user, 2);
        var all = LIST + "?userId=" + user;
        visit.await(
                Call.get(all + "&status=DELIVERED"),
                "all 7 DELIVERED",
                it -> it.at("/data").size() == 7);

        var items = visit.walk(all, 100);
        expectFiltered(visit, items, all + "&channel=inbox", _ -> true);
        expectFiltered(visit, items, all + "&channel=email", _ -> false);
        expectFiltered(visit, items, all + "&status=PENDING", _ -> false);
        expectFiltered(visit, items, all + "&status=FAILED", _ -> false);
        expectFiltered(
                visit,
                items,
                all + "&template=" + template,
                item -> item.path("template").asText().equals(template));
        var time = createdAt(items.get(items.size() / 2));
        expectFiltered(visit, items, all + "&createdAfter=" + time, item -> !isBefore(item, time));
        expectFiltered(visit, items, all + "&createdBefore=" + time, item -> isBefore(item, time));
        expectFiltered(
                visit,
                items,
                all + "&status=DELIVERED&channel=inbox&createdAfter=" + time,
                item -> !isBefore(item, time));
    }

    private static boolean isBefore(JsonNode item, Instant time) {
        return createdAt(item).isBefore(time);
    }

    private static Instant createdAt(JsonNode item) {
        var text = item.path("createdAt").asText();
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw new UnexpectedAnswer(
                    "a time of RFC 3339", "createdAt is " + text, Optional.empty());
        }
    }

    private static void expectFiltered(
            Visit visit, List<JsonNode> items, String list, Predicate<JsonNode> filter)
            throws InterruptedException {
        var expected = items.stream().filter(filter).map(item -> item.path("id").asText()).toList();
        expectIds(visit, list, expected, visit.walk(list, 3, "id"));
    }

    private static void expectIds(
            Visit visit, String list, List<String> expected, List<String> found)
            throws InterruptedException {
        if (!found.equals(expected)) {
            throw visit.call(Call.get(list))
                    .unexpected("%s, page by page, not %s".formatted(expected, found));
        }
    }

    private static void refused(Visit visit) throws InterruptedException {
        var user = visit.user();
        sent(visit, user, 2);
        var list = LIST + "?userId=" + user;
        var cursor = visit.call(Call.get(list + "&limit=1")).expect(200).textAt("/nextCursor");

        expectRefused(visit, list + "&cursor=nonsense", "cursor");
        expectRefused(visit, list + "&channel=inbox&cursor=" + cursor, "cursor");
        expectRefused(visit, "/v1/users/" + user + "/inbox?cursor=" + cursor, "cursor");
        expectRefused(visit, list + "&limit=0", "limit");
        expectRefused(visit, list + "&limit=101", "limit");
        expectRefused(visit, list + "&status=LOST&channel=pigeon", "status", "channel");
        expectRefused(visit, list + "&user_id=x", "user_id");
        // It would look through all there is.
        expectRefused(visit, LIST + "?status=DELIVERED", "status");
        visit.call(Call.get(LIST + "?status=FAILED&limit=1")).expect(200);
    }

    private static void expectRefused(Visit visit, String list, String... parameters)
            throws InterruptedException {
        visit.expectProblem(visit.call(Call.get(list)), 422, "invalid").expectErrors(parameters);
    }
}
