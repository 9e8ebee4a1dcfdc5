package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.api.http.Problem;
import io.herald.submission.Answers;
import io.herald.submission.FieldProblem;
import io.herald.submission.ItemResult;
import io.herald.submission.Notification;
import java.util.List;

/** The answer to a batch, item by item. */
final class BatchAnswer implements Answers {
    static final String REUSED = "was used for another message within the last 24 hours";

    private static final int MAX_LISTED_PROBLEMS = 2_000;
    private static final int MAX_LISTED_CHARACTERS = 500_000;

    private final List<Item> items;
    private final String address;

    /**
     * An item of a batch.
     *
     * @param problems of its form
     */
    record Item(String pointer, InputProblems problems) {}

    /** How much may be said of the forms of all items, and again of what they name. */
    static InputProblems.Budget budget() {
        return new InputProblems.Budget(MAX_LISTED_PROBLEMS, MAX_LISTED_CHARACTERS);
    }

    /**
     * @param items have a result each, in the same order
     * @param address of the API
     */
    BatchAnswer(List<Item> items, String address) {
        this.items = items;
        this.address = address;
    }

    @Override
    public JsonNode ofMessage(List<Notification> notifications) {
        return encode(notifications);
    }

    @Override
    public ObjectNode ofSubmission(List<ItemResult> results) {
        var data = Json.object().arrayNode();
        // Told more than once, and each time the same.
        var budget = budget();
        int accepted = 0;
        for (int index = 0; index < items.size(); index++) {
            var item = items.get(index);
            var answer = data.addObject().put("index", index);
            switch (results.get(index)) {
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
                                        List.of(new FieldProblem("/idempotencyKey", REUSED)),
                                        budget));
                case ItemResult.Rejected(var rejected) ->
                        answer.set("problem", problem(item, rejected, budget));
            }
        }
        var body = Json.object().put("accepted", accepted).put("rejected", items.size() - accepted);
        body.set("data", data);
        return body;
    }

    private ObjectNode problem(
            Item item, List<FieldProblem> rejected, InputProblems.Budget budget) {
        var problems = item.problems().copy(budget);
        rejected.forEach(one -> problems.add(item.pointer() + one.pointer(), one.detail()));
        return Problem.invalid(problems.list()).document(address);
    }

    static ArrayNode encode(List<Notification> notifications) {
        var array = Json.object().arrayNode();
        for (var notification : notifications) {
            array.addObject()
                    .put("id", notification.id().toString())
                    .put("channel", notification.channel().text())
                    .put("status", notification.firstStatus().name());
        }
        return array;
    }
}
