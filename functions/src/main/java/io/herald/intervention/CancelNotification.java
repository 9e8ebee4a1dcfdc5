package io.herald.intervention;

import io.herald.attempt.LostAttempts;
import io.herald.intervention.DecideAndAppend.Decision;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.submission.Notifications;
import io.herald.submission.Notifications.Current;
import java.time.Clock;
import java.time.temporal.ChronoUnit;

/**
 * Sees to it that a notification is not sent, where that can still be said for certain: while it
 * waits, and every attempt there was has a known end. Where one was lost, it makes sure that no
 * further attempt is made, and says that it may have been sent.
 */
public final class CancelNotification {
    private final DecideAndAppend decideAndAppend;
    private final Timeline timeline;
    private final Clock clock;

    public CancelNotification(Notifications notifications, Timeline timeline, Clock clock) {
        this.decideAndAppend = new DecideAndAppend(notifications, timeline);
        this.timeline = timeline;
        this.clock = clock;
    }

    /**
     * @return done only when nothing was handed over and nothing will be; one that is cancelled
     *     already is done
     */
    public Intervention cancel(TenantId tenant, NotificationId id) {
        return decideAndAppend.run(tenant, id, this::decide);
    }

    private Decision decide(Current current) {
        var status = current.status();
        return switch (status) {
            case PENDING, SCHEDULED, RETRYING -> stop(current);
            case CANCELLED -> new Decision.Answer(new Intervention.Done(current));
            case SENDING -> refused(status, "It is being sent at this moment.");
            case SENT, DELIVERED, BOUNCED -> refused(status, "It has been sent.");
            case UNKNOWN -> refused(status, "It may already have been sent.");
            case FAILED, SUPPRESSED, EXPIRED ->
                    refused(status, "It was given up before; there is nothing to cancel.");
        };
    }

    private Decision stop(Current current) {
        var newest = current.newest();
        boolean lost =
                newest != null
                        && newest.attempt() > 0
                        && !LostAttempts.of(timeline.of(newest.notification())).isEmpty();
        return lost
                ? new Decision.Append(
                        end(
                                current,
                                Status.UNKNOWN,
                                new Reason(
                                        "may_have_been_sent",
                                        "It was cancelled after an attempt whose outcome was lost.")),
                        now ->
                                new Intervention.Refused(
                                        now.status(),
                                        "It may already have been sent: the outcome of an attempt"
                                                + " was lost. No further attempt is made."))
                : new Decision.Append(
                        end(
                                current,
                                Status.CANCELLED,
                                new Reason("cancelled", "It was cancelled before it was sent.")),
                        Intervention.Done::new);
    }

    private static Decision refused(Status status, String why) {
        return new Decision.Answer(new Intervention.Refused(status, why));
    }

    private Transition end(Current current, Status status, Reason reason) {
        var newest = current.newest();
        var notification = current.notification();
        int sequence = newest == null ? 0 : newest.sequence();
        return new Transition(
                notification.tenant(),
                new Event(
                        notification.id(),
                        sequence + 1,
                        EventKind.CANCELLED,
                        status,
                        newest == null ? 0 : newest.attempt(),
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        null,
                        reason,
                        null),
                null,
                sequence,
                false);
    }
}
