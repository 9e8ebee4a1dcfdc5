package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.api.http.Problem;
import io.herald.notification.Status;
import io.herald.submission.Answers;
import io.herald.submission.FieldProblem;
import io.herald.submission.ItemResult;
import io.herald.submission.Notification;
import java.util.List;

/** The answer to a batch, item by item. */
final class BatchAnswer implements Answers {
    static final String REUSED = "was used for another message within the last 24 hours";

    private final List<Item> items;

    /** An item of a batch; its problems are empty when it can be read. */
    record Item(String pointer, boolean readable, InputProblems problems) {}

    /**
     * @param items those that can be read have a result each, in the same order
     */
    BatchAnswer(List<Item> items) {
        this.items = items;
    }

    @Override
    public JsonNode ofMessage(List<Notification> notifications) {
        return encode(notifications);
    }

    @Override
    public ObjectNode ofSubmission(List<ItemResult> results) {
        var data = Json.object().arrayNode();
        int accepted = 0;
        int next = 0;
        for (int index = 0; index < items.size(); index++) {
            var item = items.get(index);
            var answer = data.addObject().put("index", index);
            if (!item.readable()) {
                answer.set("problem", Problem.invalid(item.problems().list()).document());
                continue;
            }
            switch (results.get(next++)) {
                case ItemResult.Accepted(var notifications) -> {
                    accepted++;
                    answer.set("notifications", encode(notifications));
                }
                case ItemResult.Replayed(var notifications) -> {
                    accepted++;
                    answer.set("notifications", notifications);
                    answer.put("replayed", true);
                }
                case ItemResult.KeyReused() ->
                        answer.set(
                                "problem",
                                problem(
                                        item,
                                        List.of(new FieldProblem("/idempotencyKey", REUSED))));
                case ItemResult.Rejected(var rejected) ->
                        answer.set("problem", problem(item, rejected));
            }
        }
        var body = Json.object().put("accepted", accepted).put("rejected", items.size() - accepted);
        body.set("data", data);
        return body;
    }

    /** Told more than once, so nothing is added to what the item itself collected. */
    private static ObjectNode problem(Item item, List<FieldProblem> rejected) {
        var problems = item.problems().copy();
        rejected.forEach(one -> problems.add(item.pointer() + one.pointer(), one.detail()));
        return Problem.invalid(problems.list()).document();
    }

    static ArrayNode encode(List<Notification> notifications) {
        var array = Json.object().arrayNode();
        for (var notification : notifications) {
            array.addObject()
                    .put("id", notification.id().toString())
                    .put("channel", notification.channel().text())
                    .put("status", Status.PENDING.name());
        }
        return array;
    }
}
