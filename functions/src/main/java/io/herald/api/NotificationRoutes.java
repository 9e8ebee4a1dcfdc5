package io.herald.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Json;
import io.herald.api.http.Page;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import io.herald.api.http.Texts;
import io.herald.audience.ContactPoints;
import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.Timeline;
import io.herald.submission.Notification;
import io.herald.submission.Notifications;
import io.herald.submission.Notifications.Current;
import io.herald.template.ContentDocument;
import io.herald.tenant.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What became of notifications. */
final class NotificationRoutes {
    private static final String NOTIFICATIONS = "/v1/notifications";
    private static final String NOTIFICATION = "/v1/notifications/{id}";
    private static final String EVENTS = "/v1/notifications/{id}/events";

    private final Notifications notifications;
    private final Timeline timeline;

    NotificationRoutes(Notifications notifications, Timeline timeline) {
        this.notifications = notifications;
        this.timeline = timeline;
    }

    List<Route> all() {
        return List.of(
                new Route(
                        "GET", NOTIFICATIONS, Scope.READ, NotificationQuery.PARAMETERS, this::list),
                Route.of("GET", NOTIFICATION, Scope.READ, this::get),
                Route.of("GET", EVENTS, Scope.READ, this::listEvents));
    }

    private HttpResponse list(Call call) {
        var filter = NotificationQuery.read(call.query());
        if (filter == null) {
            throw Page.refusal(call.query(), call.problems());
        }
        var list =
                Stream.concat(
                                Stream.of(NOTIFICATIONS, call.caller().toString()),
                                NotificationQuery.names(filter))
                        .toList();
        var page = Page.of(call.query(), list, call.problems());
        call.problems().refuse();
        var found = notifications.list(call.caller(), filter, page.after(), page.look());
        var answer =
                page.of(
                        found.notifications(),
                        current -> current.notification().id(),
                        current -> encode(current, false));
        return HttpResponse.json(200, page.goingOn(answer, found.searchedTo()));
    }

    private HttpResponse get(Call call) {
        return HttpResponse.json(200, encode(find(call), true));
    }

    private HttpResponse listEvents(Call call) {
        var id = find(call).notification().id();
        var answer = Json.object();
        var data = answer.putArray("data");
        data.add(encode(id, null));
        timeline.of(id).forEach(event -> data.add(encode(id, event)));
        return HttpResponse.json(200, answer.putNull("nextCursor"));
    }

    private Current find(Call call) {
        return idOf(call.path("id"))
                .flatMap(id -> notifications.find(call.caller(), id))
                .orElseThrow(() -> new ProblemException(Problem.notFound("notification")));
    }

    static Optional<NotificationId> idOf(String text) {
        return Texts.parsed(text, NotificationId::parse);
    }

    static ObjectNode encode(Current current, boolean withPayload) {
        var notification = current.notification();
        var newest = current.newest();
        var createdAt = notification.id().acceptedAt();
        var json =
                Json.object()
                        .put("id", notification.id().toString())
                        .put("userId", notification.recipient().userId());
        json.set("to", to(notification));
        json.put("channel", notification.channel().text());
        var wording = notification.wording();
        json.put("template", wording.template()).put("templateVersion", wording.templateVersion());
        json.put("category", notification.category()).put("status", current.status().name());
        json.set("reason", encode(reasonOf(newest)));
        if (withPayload) {
            json.set("payload", notification.payload());
            json.set(
                    "content",
                    wording.content() == null ? null : ContentDocument.write(wording.content()));
        }
        json.set("metadata", notification.metadata());
        json.put("scheduledFor", textOf(current.scheduledFor()))
                .put("expiresAt", textOf(notification.timing().expiresAt()));
        return json.put("createdAt", createdAt.toString())
                .put("updatedAt", (newest == null ? createdAt : newest.at()).toString());
    }

    private static @Nullable String textOf(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    static @Nullable ObjectNode to(Notification notification) {
        var contactPoint = notification.recipient().contactPoint();
        return contactPoint == null
                ? null
                : Json.object().put(ContactPoints.nameOf(notification.channel()), contactPoint);
    }

    /** Why it was not sent, or not yet. */
    private static @Nullable Reason reasonOf(@Nullable Event newest) {
        if (newest == null) {
            return null;
        }
        return switch (newest.status()) {
            case SENT, DELIVERED -> null;
            case PENDING,
                    SCHEDULED,
                    SENDING,
                    RETRYING,
                    BOUNCED,
                    FAILED,
                    UNKNOWN,
                    SUPPRESSED,
                    CANCELLED,
                    EXPIRED ->
                    newest.reason();
        };
    }

    /**
     * @param event null for the acceptance, which has none
     */
    static ObjectNode encode(NotificationId id, @Nullable Event event) {
        if (event == null) {
            return event(0, "accepted", Status.PENDING, 0, id.acceptedAt().toString());
        }
        var json =
                event(
                        event.sequence(),
                        event.kind().name().toLowerCase(Locale.ROOT),
                        event.status(),
                        event.attempt(),
                        event.at().toString());
        json.put("until", textOf(event.until()));
        json.set("reason", encode(event.reason()));
        return json.put("reference", event.reference()).put("about", event.about());
    }

    private static ObjectNode event(
            int sequence, String kind, Status status, int attempt, String at) {
        return Json.object()
                .put("sequence", sequence)
                .put("kind", kind)
                .put("status", status.name())
                .put("attempt", attempt)
                .put("at", at)
                .putNull("until")
                .putNull("reason")
                .putNull("reference")
                .putNull("about");
    }

    static @Nullable ObjectNode encode(@Nullable Reason reason) {
        return reason == null
                ? null
                : Json.object().put("code", reason.code()).put("words", reason.words());
    }
}
