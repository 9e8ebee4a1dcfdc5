package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.Fields;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.api.http.Problem;
import io.herald.api.http.Route;
import io.herald.api.http.TraceContext;
import io.herald.notification.Status;
import io.herald.submission.FieldProblem;
import io.herald.submission.ItemResult;
import io.herald.submission.MessageRequest;
import io.herald.submission.Notification;
import io.herald.submission.SubmitNotifications;
import io.herald.tenant.Scope;
import java.util.ArrayList;
import java.util.List;

/** Sending: one message, or up to a thousand. */
final class SubmissionRoutes {
    private static final int MAX_LISTED_PROBLEMS = 2_000;
    private static final int MAX_LISTED_CHARACTERS = 500_000;

    private final SubmitNotifications submit;

    SubmissionRoutes(SubmitNotifications submit) {
        this.submit = submit;
    }

    List<Route> all() {
        return List.of(
                Route.of("POST", "/v1/notifications", Scope.SEND, this::one),
                Route.of("POST", "/v1/notifications/batch", Scope.SEND, this::batch));
    }

    private HttpResponse one(Call call) {
        var message = MessageBody.read(call.body(), "", call.problems());
        call.problems().refuse();
        if (message == null) {
            throw new IllegalStateException("a message that is not there was not refused");
        }
        var results =
                submit.submit(call.caller(), List.of(message), TraceContext.of(call.request()));
        return switch (results.getFirst()) {
            case ItemResult.Accepted(var notifications) -> {
                var answer = Json.object();
                answer.set("data", encode(notifications));
                yield HttpResponse.json(202, answer);
            }
            case ItemResult.Rejected(var rejected) -> {
                add(rejected, "", call.problems());
                yield Problem.invalid(call.problems().list()).response(call.request().id());
            }
        };
    }

    private HttpResponse batch(Call call) {
        var items = new ArrayList<Item>();
        var requests = new ArrayList<MessageRequest>();
        var budget = new InputProblems.Budget(MAX_LISTED_PROBLEMS, MAX_LISTED_CHARACTERS);
        for (var message : messages(call)) {
            var pointer = "/notifications/" + items.size();
            var problems = new InputProblems(budget);
            var request = MessageBody.read(message, pointer, problems);
            if (request != null) {
                requests.add(request);
            }
            items.add(new Item(pointer, request != null, problems));
        }
        var results =
                requests.isEmpty()
                        ? List.<ItemResult>of()
                        : submit.submit(call.caller(), requests, TraceContext.of(call.request()));
        return answer(call, items, results);
    }

    /** An item of a batch; its problems are empty when it can be read. */
    private record Item(String pointer, boolean readable, InputProblems problems) {}

    private static List<JsonNode> messages(Call call) {
        var fields = Fields.of(call.body(), "", call.problems());
        if (fields == null) {
            call.problems().refuse();
            return List.of();
        }
        var array = fields.requiredArray("notifications", 1, SubmitNotifications.MAX_NOTIFICATIONS);
        fields.refuseOthers();
        var messages = new ArrayList<JsonNode>();
        int count = 0;
        if (array != null) {
            for (var message : array) {
                messages.add(message);
                count += MessageBody.countOf(message);
            }
        }
        if (count > SubmitNotifications.MAX_NOTIFICATIONS) {
            fields.add(
                    "notifications",
                    "must make at most %d notifications, one for each channel, not %d"
                            .formatted(SubmitNotifications.MAX_NOTIFICATIONS, count));
        }
        call.problems().refuse();
        return messages;
    }

    private static HttpResponse answer(Call call, List<Item> items, List<ItemResult> results) {
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
                case ItemResult.Rejected(var rejected) -> {
                    add(rejected, item.pointer(), item.problems());
                    answer.set("problem", Problem.invalid(item.problems().list()).document());
                }
            }
        }
        var body = Json.object().put("accepted", accepted).put("rejected", items.size() - accepted);
        body.set("data", data);
        return accepted > 0
                ? HttpResponse.json(202, body)
                : Problem.of(Problem.Type.INVALID, "None of the messages was accepted; see data.")
                        .response(call.request().id(), body);
    }

    private static void add(List<FieldProblem> rejected, String pointer, InputProblems problems) {
        for (var problem : rejected) {
            problems.add(pointer + problem.pointer(), problem.detail());
        }
    }

    private static ArrayNode encode(List<Notification> notifications) {
        var array = Json.object().arrayNode();
        notifications.forEach(notification -> array.add(encode(notification)));
        return array;
    }

    private static ObjectNode encode(Notification notification) {
        return Json.object()
                .put("id", notification.id().toString())
                .put("channel", notification.channel().text())
                .put("status", Status.PENDING.name());
    }
}
