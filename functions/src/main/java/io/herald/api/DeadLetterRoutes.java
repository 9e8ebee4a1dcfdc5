package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Json;
import io.herald.api.http.Page;
import io.herald.api.http.Page.Positions;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import io.herald.api.http.Texts;
import io.herald.deadletter.DeadLetter;
import io.herald.deadletter.DeadLetterId;
import io.herald.deadletter.DeadLetters;
import io.herald.deadletter.KeptRecord;
import io.herald.job.JobKind;
import io.herald.job.StartJob;
import io.herald.notification.Timeline;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.Notifications;
import io.herald.template.ContentDocument;
import io.herald.tenant.Scope;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What Herald gave up on, and what is to become of it. */
final class DeadLetterRoutes {
    private static final String DEAD_LETTERS = "/v1/dead-letters";
    private static final String DEAD_LETTER = "/v1/dead-letters/{id}";
    private static final String REPLAY = "/v1/dead-letters/replay";
    private static final String DISCARD = "/v1/dead-letters/discard";

    /** How much of a record's value is shown, in bytes. */
    private static final int MAX_SHOWN = 65_536;

    private static final Positions<DeadLetterId> BY_ID =
            new Positions<>(DeadLetterId::toString, DeadLetterRoutes::idOf);

    private final DeadLetters deadLetters;
    private final Notifications notifications;
    private final Timeline timeline;
    private final StartJob startJob;

    DeadLetterRoutes(
            DeadLetters deadLetters,
            Notifications notifications,
            Timeline timeline,
            StartJob startJob) {
        this.deadLetters = deadLetters;
        this.notifications = notifications;
        this.timeline = timeline;
        this.startJob = startJob;
    }

    List<Route> all() {
        return List.of(
                new Route(
                        "GET", DEAD_LETTERS, Scope.READ, DeadLetterFilters.PARAMETERS, this::list),
                Route.of("GET", DEAD_LETTER, Scope.READ, this::get),
                Route.of(
                        "POST",
                        REPLAY,
                        Scope.MANAGE,
                        call -> start(call, JobKind.REPLAY, IdempotencyKey.Use.REPLAY)),
                Route.of(
                        "POST",
                        DISCARD,
                        Scope.MANAGE,
                        call -> start(call, JobKind.DISCARD, IdempotencyKey.Use.DISCARD)));
    }

    private HttpResponse list(Call call) {
        var filter = DeadLetterFilters.read(call.query());
        if (filter == null) {
            throw Page.refusal(call.query(), call.problems());
        }
        var list =
                Stream.concat(
                                Stream.of(DEAD_LETTERS, call.caller().toString()),
                                DeadLetterFilters.names(filter))
                        .toList();
        var page = Page.of(call.query(), list, call.problems(), BY_ID);
        call.problems().refuse();
        var found = deadLetters.list(call.caller(), filter, null, page.after(), page.look());
        var answer = page.of(found.letters(), DeadLetter::id, DeadLetterRoutes::encode);
        return HttpResponse.json(200, page.goingOn(answer, found.searchedTo()));
    }

    private HttpResponse get(Call call) {
        return idOf(call.path("id"))
                .flatMap(id ->
                        deadLetters.find(call.caller(), List.of(id)).stream()
                                .findFirst()
                                .flatMap(letter -> whole(call, letter)))
                .map(json -> HttpResponse.json(200, json))
                .orElseThrow(() -> new ProblemException(Problem.notFound("dead letter")));
    }

    /**
     * @return empty when it is none any more
     */
    private Optional<ObjectNode> whole(Call call, DeadLetter letter) {
        var json = encode(letter);
        return switch (letter) {
            case DeadLetter.OfNotification(var known, _) ->
                    notifications
                            .find(call.caller(), known.id())
                            .map(current -> {
                                var notification = current.notification();
                                var content = notification.wording().content();
                                json.set("payload", notification.payload());
                                json.set(
                                        "content",
                                        content == null ? null : ContentDocument.write(content));
                                json.set("metadata", notification.metadata());
                                var events = json.putArray("events");
                                events.add(NotificationRoutes.encode(known.id(), null));
                                timeline.of(known.id())
                                        .forEach(event ->
                                                events.add(
                                                        NotificationRoutes.encode(
                                                                known.id(), event)));
                                return json.putNull("value");
                            });
            case DeadLetter.OfRecord(var record) ->
                    deadLetters
                            .value(call.caller(), record.id(), MAX_SHOWN)
                            .map(value -> {
                                json.putNull("payload").putNull("content").putNull("metadata");
                                json.putArray("events");
                                return json.put("value", value);
                            });
        };
    }

    private HttpResponse start(Call call, JobKind kind, IdempotencyKey.Use use) {
        var body = call.body();
        var key = IdempotencyHeader.read(call, use, body);
        var selection = DeadLetterFilters.selection(body, call.problems());
        call.problems().refuse();
        if (selection == null) {
            throw new IllegalStateException("a selection that is not there was not refused");
        }
        var started =
                startJob.start(call.caller(), kind, selection.write(), key, JobRoutes::encode);
        return switch (started) {
            case StartJob.Result.Started(var job) -> accepted(call, JobRoutes.encode(job));
            case StartJob.Result.Replayed(var answer) ->
                    accepted(call, answer).with(IdempotencyHeader.REPLAYED, "true");
            case StartJob.Result.KeyReused() -> {
                call.problems()
                        .addParameter(
                                IdempotencyHeader.NAME,
                                "was used for another job within the last 24 hours");
                yield Problem.invalid(call.problems().list()).response(call.request());
            }
            case StartJob.Result.Busy() ->
                    conflict(
                            call, "Calls with the same idempotency key are being executed now.", 1);
            case StartJob.Result.TooMany() ->
                    conflict(call, "Too many jobs are open; wait until one of them has ended.", 10);
        };
    }

    private static HttpResponse accepted(Call call, JsonNode job) {
        var path = JobRoutes.JOBS + "/" + job.path("id").textValue();
        return HttpResponse.json(202, job).with("Location", call.request().address() + path);
    }

    private static HttpResponse conflict(Call call, String detail, int seconds) {
        return Problem.of(Problem.Type.CONFLICT, detail)
                .with("Retry-After", "" + seconds)
                .response(call.request());
    }

    private static ObjectNode encode(DeadLetter letter) {
        return switch (letter) {
            case DeadLetter.OfNotification(var notification, var newest) -> {
                var json = letter(letter.id(), "notification");
                json.set("cause", NotificationRoutes.encode(newest.reason()));
                json.put("attempts", newest.attempt())
                        .put("userId", notification.recipient().userId());
                json.set("to", NotificationRoutes.to(notification));
                var wording = notification.wording();
                json.put("channel", notification.channel().text())
                        .put("template", wording.template())
                        .put("templateVersion", wording.templateVersion());
                yield json.put("category", notification.category())
                        .putNull("record")
                        .put("createdAt", notification.id().acceptedAt().toString())
                        .put("failedAt", newest.at().toString());
            }
            case DeadLetter.OfRecord ofRecord -> {
                var json = letter(letter.id(), "record");
                json.set("cause", NotificationRoutes.encode(ofRecord.cause()));
                json.putNull("attempts")
                        .putNull("userId")
                        .putNull("to")
                        .putNull("channel")
                        .putNull("template")
                        .putNull("templateVersion")
                        .putNull("category")
                        .set("record", encode(ofRecord.record()));
                var at = ofRecord.record().at().toString();
                yield json.put("createdAt", at).put("failedAt", at);
            }
        };
    }

    private static ObjectNode letter(DeadLetterId id, String kind) {
        return Json.object().put("id", id.toString()).put("kind", kind);
    }

    private static ObjectNode encode(KeptRecord record) {
        return Json.object()
                .put("topic", record.topic())
                .put("partition", record.partition())
                .put("offset", record.offset())
                .put("size", record.size());
    }

    private static Optional<DeadLetterId> idOf(String text) {
        return Texts.parsed(text, DeadLetterId::parse);
    }
}
