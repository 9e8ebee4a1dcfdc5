package io.herald.attempt;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import java.time.Instant;

/** What is appended when it is too late to send a notification. */
public final class Expiry {
    /** The code of the reason. */
    public static final String CODE = "expired";

    private Expiry() {}

    /**
     * What follows the newest event.
     *
     * @param newest where it says that an outcome was lost, it stays unknown whether it was sent
     */
    public static Event after(Event newest, Instant now) {
        return event(
                newest.notification(),
                newest.sequence() + 1,
                newest.attempt(),
                newest.kind() == EventKind.LOST ? Status.UNKNOWN : Status.EXPIRED,
                now);
    }

    /**
     * What is appended in place of a claim.
     *
     * @param attempts how many there were
     */
    public static Event event(
            NotificationId notification, int sequence, int attempts, Instant now) {
        return event(notification, sequence, attempts, Status.EXPIRED, now);
    }

    private static Event event(
            NotificationId notification, int sequence, int attempts, Status status, Instant now) {
        return new Event(
                notification,
                sequence,
                EventKind.EXPIRED,
                status,
                attempts,
                now,
                null,
                new Reason(
                        CODE,
                        attempts == 0
                                ? "It expired before it could be sent."
                                : "It expired before it could be tried again."),
                null);
    }
}
