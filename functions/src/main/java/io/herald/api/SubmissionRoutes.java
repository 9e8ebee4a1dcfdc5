package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.Fields;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.api.http.Problem;
import io.herald.api.http.Route;
import io.herald.api.http.TraceContext;
import io.herald.submission.FieldProblem;
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
        if (key != null && body.hasNonNull(MessageBody.KEY)) {
            call.problems().add("/" + MessageBody.KEY, "must be left out when the header is sent");
        }
        var message = messageBody.read(body, "", call.problems());
        call.charge(MessageBody.countOf(body));
        var submission =
                new Submission(
                        call.caller(),
                        List.of(key == null ? message : message.withKey(key)),
                        null,
                        TraceContext.of(call.request()));
        return switch (submit.submit(
                submission, new BatchAnswer(List.of(), call.request().address()))) {
            case SubmissionResult.Done(var items) ->
                    switch (items.getFirst()) {
                        case ItemResult.Accepted(var notifications) ->
                                one(BatchAnswer.encode(notifications));
                        case ItemResult.Replayed(var answer) ->
                                one(answer).with(IdempotencyHeader.REPLAYED, "true");
                        case ItemResult.KeyReused() -> reused(call);
                        case ItemResult.Rejected(var rejected) -> {
                            add(call, "", rejected);
                            yield invalid(call);
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
        return invalid(call);
    }

    private static void add(Call call, String pointer, List<FieldProblem> problems) {
        problems.forEach(one -> call.problems().add(pointer + one.pointer(), one.detail()));
    }

    private static HttpResponse invalid(Call call) {
        return Problem.invalid(call.problems().list()).response(call.request());
    }

    private static HttpResponse busy(Call call) {
        return Problem.of(
                        Problem.Type.CONFLICT,
                        "Calls with the same idempotency keys are being executed at this moment.")
                .with("Retry-After", "1")
                .response(call.request());
    }

    private HttpResponse batch(Call call) {
        var body = call.body();
        var key = IdempotencyHeader.read(call, IdempotencyKey.Use.BATCH, body);
        var messages = messages(call, body);
        // What is wrong beside the messages refuses all of them, and is told with what is wrong
        // with each.
        boolean refused = !call.problems().isEmpty();
        var items = new ArrayList<BatchAnswer.Item>();
        var requests = new ArrayList<MessageRequest>();
        var budget = BatchAnswer.budget();
        for (var message : messages) {
            var pointer = "/notifications/" + items.size();
            var problems = refused ? call.problems() : new InputProblems(budget);
            requests.add(messageBody.read(message, pointer, problems));
            items.add(new BatchAnswer.Item(pointer, problems));
        }
        var answers = new BatchAnswer(items, call.request().address());
        var submission =
                new Submission(
                        call.caller(),
                        requests,
                        refused ? null : key,
                        TraceContext.of(call.request()));
        return switch (submit.submit(submission, answers)) {
            case SubmissionResult.Done(var results) ->
                    refused ? refused(call, results) : done(call, answers.ofSubmission(results));
            case SubmissionResult.Replayed(var answer) ->
                    HttpResponse.json(202, answer).with(IdempotencyHeader.REPLAYED, "true");
            case SubmissionResult.KeyReused() -> reused(call);
            case SubmissionResult.Busy() -> busy(call);
        };
    }

    private static HttpResponse done(Call call, ObjectNode answer) {
        return answer.path("accepted").intValue() > 0
                ? HttpResponse.json(202, answer)
                : Problem.of(Problem.Type.INVALID, "None of the messages was accepted; see data.")
                        .response(call.request(), answer);
    }

    private static HttpResponse refused(Call call, List<ItemResult> results) {
        for (int index = 0; index < results.size(); index++) {
            if (results.get(index) instanceof ItemResult.Rejected(var rejected)) {
                add(call, "/notifications/" + index, rejected);
            }
        }
        return invalid(call);
    }

    /**
     * Charges the call.
     *
     * @return none when they cannot be told from each other, or are too many
     * @throws io.herald.api.http.ProblemException when the body is no object
     */
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
            messages.clear();
            fields.add(
                    "notifications",
                    "must make at most %d notifications, one for each channel, not %d"
                            .formatted(SubmitNotifications.MAX_NOTIFICATIONS, count));
        }
        call.charge(messages.isEmpty() ? 1 : count);
        return messages;
    }
}
