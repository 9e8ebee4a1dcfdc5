package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.api.http.Call;
import io.herald.api.http.Fields;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.api.http.Problem;
import io.herald.api.http.Route;
import io.herald.api.http.TraceContext;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.ItemResult;
import io.herald.submission.MessageRequest;
import io.herald.submission.Submission;
import io.herald.submission.SubmissionResult;
import io.herald.submission.SubmitNotifications;
import io.herald.template.Renderer;
import io.herald.tenant.Scope;
import java.util.ArrayList;
import java.util.List;

/** Sending: one message, or up to a thousand. */
final class SubmissionRoutes {
    private static final int MAX_LISTED_PROBLEMS = 2_000;
    private static final int MAX_LISTED_CHARACTERS = 500_000;

    private final SubmitNotifications submit;
    private final MessageBody messageBody;

    SubmissionRoutes(SubmitNotifications submit, Renderer renderer) {
        this.submit = submit;
        this.messageBody = new MessageBody(renderer);
    }

    List<Route> all() {
        return List.of(
                Route.of("POST", "/v1/notifications", Scope.SEND, this::one).withCostCounted(),
                Route.of("POST", "/v1/notifications/batch", Scope.SEND, this::batch)
                        .withCostCounted());
    }

    private HttpResponse one(Call call) {
        var body = call.body();
        var key = IdempotencyHeader.read(call, IdempotencyKey.Use.MESSAGE, body);
        var message = messageBody.read(body, "", call.problems());
        if (key != null && message != null && message.keyed() != null) {
            call.problems().add("/idempotencyKey", "must be left out when the header is sent");
        }
        call.problems().refuse();
        if (message == null) {
            throw new IllegalStateException("a message that is not there was not refused");
        }
        call.charge(message.channels().size());
        var submission =
                new Submission(
                        call.caller(),
                        List.of(key == null ? message : message.withKey(key)),
                        null,
                        TraceContext.of(call.request()));
        return switch (submit.submit(submission, new BatchAnswer(List.of()))) {
            case SubmissionResult.Done(var items) ->
                    switch (items.getFirst()) {
                        case ItemResult.Accepted(var notifications) ->
                                one(BatchAnswer.encode(notifications));
                        case ItemResult.Replayed(var answer) ->
                                one(answer).with(IdempotencyHeader.REPLAYED, "true");
                        case ItemResult.KeyReused() -> reused(call);
                        case ItemResult.Rejected(var rejected) -> {
                            rejected.forEach(
                                    one -> call.problems().add(one.pointer(), one.detail()));
                            yield Problem.invalid(call.problems().list())
                                    .response(call.request().id());
                        }
                    };
            case SubmissionResult.Busy() -> busy(call);
            case SubmissionResult.Replayed _, SubmissionResult.KeyReused _ ->
                    throw new IllegalStateException("a submission without a key was repeated");
        };
    }

    private static HttpResponse one(JsonNode notifications) {
        var answer = Json.object();
        answer.set("data", notifications);
        return HttpResponse.json(202, answer);
    }

    private static HttpResponse reused(Call call) {
        call.problems().addParameter(IdempotencyHeader.NAME, BatchAnswer.REUSED);
        return Problem.invalid(call.problems().list()).response(call.request().id());
    }

    private static HttpResponse busy(Call call) {
        return Problem.of(
                        Problem.Type.CONFLICT,
                        "Calls with the same idempotency keys are being executed at this moment.")
                .with("Retry-After", "1")
                .response(call.request().id());
    }

    private HttpResponse batch(Call call) {
        var body = call.body();
        var key = IdempotencyHeader.read(call, IdempotencyKey.Use.BATCH, body);
        var items = new ArrayList<BatchAnswer.Item>();
        var requests = new ArrayList<MessageRequest>();
        var budget = new InputProblems.Budget(MAX_LISTED_PROBLEMS, MAX_LISTED_CHARACTERS);
        for (var message : messages(call, body)) {
            var pointer = "/notifications/" + items.size();
            var problems = new InputProblems(budget);
            var request = messageBody.read(message, pointer, problems);
            if (request != null) {
                requests.add(request);
            }
            items.add(new BatchAnswer.Item(pointer, request != null, problems));
        }
        var answers = new BatchAnswer(items);
        var submission =
                new Submission(call.caller(), requests, key, TraceContext.of(call.request()));
        return switch (submit.submit(submission, answers)) {
            case SubmissionResult.Done(var results) -> {
                var answer = answers.ofSubmission(results);
                yield answer.path("accepted").intValue() > 0
                        ? HttpResponse.json(202, answer)
                        : Problem.of(
                                        Problem.Type.INVALID,
                                        "None of the messages was accepted; see data.")
                                .response(call.request().id(), answer);
            }
            case SubmissionResult.Replayed(var answer) ->
                    HttpResponse.json(202, answer).with(IdempotencyHeader.REPLAYED, "true");
            case SubmissionResult.KeyReused() -> reused(call);
            case SubmissionResult.Busy() -> busy(call);
        };
    }

    private static List<JsonNode> messages(Call call, JsonNode body) {
        var fields = Fields.of(body, "", call.problems());
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
        call.charge(count);
        return messages;
    }
}
