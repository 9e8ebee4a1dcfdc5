package io.herald.intervention;

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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Settles by hand a notification of which it is not known whether it was sent. */
public final class ResolveNotification {
    private final DecideAndAppend decideAndAppend;
    private final Clock clock;
    private final Duration lookAgainAfter;

    /** What somebody has found out, or wants. */
    public enum Outcome {
        SENT,
        FAILED,
        /** Hand it over again, whatever its category guarantees. */
        RETRY
    }

    /**
     * @param lookAgainAfter how long it may take to be claimed, when it is to be tried again,
     *     before it is published again
     */
    public ResolveNotification(
            Notifications notifications, Timeline timeline, Clock clock, Duration lookAgainAfter) {
        this.decideAndAppend = new DecideAndAppend(notifications, timeline);
        this.clock = clock;
        this.lookAgainAfter = lookAgainAfter;
    }

    public Intervention resolve(TenantId tenant, NotificationId id, Outcome outcome) {
        return decideAndAppend.run(tenant, id, current -> decide(current, outcome));
    }

    private Decision decide(Current current, Outcome outcome) {
        var newest = current.newest();
        if (newest == null || newest.status() != Status.UNKNOWN) {
            return refused(current, "There is nothing to resolve: its outcome is not unknown.");
        }
        var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return switch (outcome) {
            case SENT ->
                    appended(
                            current,
                            event(newest, Status.SENT, now, "It was said to have been sent."),
                            null);
            case FAILED ->
                    appended(
                            current,
                            event(newest, Status.FAILED, now, "It was said not to have been sent."),
                            null);
            case RETRY -> {
                if (current.notification().timing().isExpiredAt(now)) {
                    yield refused(current, "It has expired, and is not sent any more.");
                }
                yield appended(
                        current,
                        event(newest, Status.PENDING, now, "It was asked to be tried again."),
                        now.plus(lookAgainAfter));
            }
        };
    }

    private static Decision refused(Current current, String why) {
        return new Decision.Answer(new Intervention.Refused(current.status(), why));
    }

    /**
     * @param lookAgainAt when to see whether it has arrived; null when it is not sent again
     */
    private static Decision appended(Current current, Event event, @Nullable Instant lookAgainAt) {
        return new Decision.Append(
                new Transition(
                        current.notification().tenant(),
                        event,
                        lookAgainAt,
                        null,
                        lookAgainAt != null),
                Intervention.Done::new);
    }

    private static Event event(Event unknown, Status status, Instant now, String words) {
        return unknown.next(EventKind.RESOLVED, status, now, null, new Reason("resolved", words));
    }
}
