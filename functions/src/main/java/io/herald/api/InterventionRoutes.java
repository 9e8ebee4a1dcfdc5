package io.herald.api;

import io.herald.api.http.Call;
import io.herald.api.http.Fields;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Json;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import io.herald.intervention.CancelNotification;
import io.herald.intervention.Intervention;
import io.herald.intervention.RescheduleNotification;
import io.herald.intervention.ResolveNotification;
import io.herald.notification.NotificationId;
import io.herald.tenant.Scope;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be done about a notification that was accepted. */
final class InterventionRoutes {
    private static final String NOTIFICATION = "/v1/notifications/{id}";
    private static final String SCHEDULED_FOR = "scheduledFor";

    private static final List<String> OUTCOMES =
            Arrays.stream(ResolveNotification.Outcome.values())
                    .map(InterventionRoutes::nameOf)
                    .toList();

    private final CancelNotification cancel;
    private final RescheduleNotification reschedule;
    private final ResolveNotification resolve;

    InterventionRoutes(
            CancelNotification cancel,
            RescheduleNotification reschedule,
            ResolveNotification resolve) {
        this.cancel = cancel;
        this.reschedule = reschedule;
        this.resolve = resolve;
    }

    List<Route> all() {
        return List.of(
                Route.of("POST", NOTIFICATION + "/cancel", Scope.SEND, this::cancel),
                Route.of("POST", NOTIFICATION + "/reschedule", Scope.SEND, this::reschedule),
                Route.of("POST", NOTIFICATION + "/resolve", Scope.SEND, this::resolve));
    }

    private HttpResponse cancel(Call call) {
        call.problems().refuse();
        return answer(call, cancel.cancel(call.caller(), idOf(call)));
    }

    private HttpResponse reschedule(Call call) {
        var time = scheduledFor(call);
        return answer(call, reschedule.reschedule(call.caller(), idOf(call), time));
    }

    private static Instant scheduledFor(Call call) {
        var fields = Fields.of(call.body(), "", call.problems());
        var text = fields == null ? null : fields.requiredText(SCHEDULED_FOR, Formats.TIME);
        if (fields != null) {
            fields.refuseOthers();
        }
        call.problems().refuse();
        return Optional.ofNullable(Formats.time(text)).orElseThrow();
    }

    private HttpResponse resolve(Call call) {
        var fields = Fields.of(call.body(), "", call.problems());
        var outcome =
                fields == null
                        ? null
                        : fields.requiredChoice("outcome", InterventionRoutes::outcomeOf, OUTCOMES);
        if (fields != null) {
            fields.refuseOthers();
        }
        call.problems().refuse();
        return answer(
                call,
                resolve.resolve(
                        call.caller(), idOf(call), Optional.ofNullable(outcome).orElseThrow()));
    }

    private static Optional<ResolveNotification.Outcome> outcomeOf(String text) {
        return Arrays.stream(ResolveNotification.Outcome.values())
                .filter(outcome -> nameOf(outcome).equals(text))
                .findFirst();
    }

    private static String nameOf(ResolveNotification.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static NotificationId idOf(Call call) {
        return NotificationRoutes.idOf(call.path("id")).orElseThrow(InterventionRoutes::unknown);
    }

    private static ProblemException unknown() {
        return new ProblemException(Problem.notFound("notification"));
    }

    private static HttpResponse answer(Call call, Intervention intervention) {
        return switch (intervention) {
            case Intervention.Done(var current) ->
                    HttpResponse.json(200, NotificationRoutes.encode(current, true));
            case Intervention.Unknown() -> throw unknown();
            // Its status is not the member "status" of a problem document, which is a number.
            case Intervention.Refused(var status, var why) ->
                    Problem.of(Problem.Type.CONFLICT, why)
                            .response(
                                    call.request(),
                                    Json.object().put("notificationStatus", status.name()));
            case Intervention.Unfit(var detail) -> {
                call.problems().add("/" + SCHEDULED_FOR, detail);
                yield Problem.invalid(call.problems().list()).response(call.request());
            }
        };
    }
}
