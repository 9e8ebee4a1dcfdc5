package io.herald.intervention;

import io.herald.intervention.DecideAndAppend.Decision;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.submission.Notifications;
import io.herald.submission.Notifications.Current;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Gives a notification that waits for its time another one. */
public final class RescheduleNotification {
    /** Events of one notification after which it is not rescheduled any more. */
    static final int MAX_EVENTS = 1_000;

    private final DecideAndAppend decideAndAppend;
    private final Clock clock;
    private final Duration farthest;

    /**
     * @param farthest how long after its acceptance a notification may be sent: not beyond what is
     *     kept
     */
    public RescheduleNotification(
            Notifications notifications, Timeline timeline, Clock clock, Duration farthest) {
        this.decideAndAppend = new DecideAndAppend(notifications, timeline);
        this.clock = clock;
        this.farthest = farthest;
    }

    /**
     * @param scheduledFor to the microsecond; one that has passed means now
     * @return done only when it was not released, and will not be before the new time
     */
    public Intervention reschedule(TenantId tenant, NotificationId id, Instant scheduledFor) {
        return decideAndAppend.run(tenant, id, current -> decide(current, scheduledFor));
    }

    private Decision decide(Current current, Instant scheduledFor) {
        var newest = current.newest();
        if (newest == null || newest.status() != Status.SCHEDULED) {
            return new Decision.Answer(
                    new Intervention.Refused(
                            current.status(), "It is not waiting for the time of a schedule."));
        }
        var notification = current.notification();
        if (scheduledFor.isAfter(notification.id().acceptedAt().plus(farthest))) {
            return unfit("must be at most " + farthest.toDays() + " days after it was accepted");
        }
        var expiresAt = notification.timing().expiresAt();
        if (expiresAt != null && !scheduledFor.isBefore(expiresAt)) {
            return unfit("must be before it expires, which is at " + expiresAt);
        }
        if (scheduledFor.equals(newest.until())) {
            return new Decision.Answer(new Intervention.Done(current));
        }
        if (newest.sequence() >= MAX_EVENTS) {
            return new Decision.Answer(
                    new Intervention.Refused(
                            newest.status(), "It has been rescheduled too many times."));
        }
        return new Decision.Append(
                rescheduled(notification.tenant(), newest, scheduledFor), Intervention.Done::new);
    }

    private static Decision unfit(String detail) {
        return new Decision.Answer(new Intervention.Unfit(detail));
    }

    private Transition rescheduled(TenantId tenant, Event newest, Instant scheduledFor) {
        var event =
                newest.next(
                        EventKind.RESCHEDULED,
                        Status.SCHEDULED,
                        clock.instant().truncatedTo(ChronoUnit.MICROS),
                        scheduledFor,
                        null);
        return new Transition(tenant, event, scheduledFor, newest.sequence(), false);
    }
}
