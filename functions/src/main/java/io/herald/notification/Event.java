package io.herald.notification;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a notification. Keyed by its id and sequence; whoever appends a
 * sequence first, wins.
 *
 * @param sequence 1 for the first event, then counting up by 1; 0 is the acceptance, which has no
 *     event
 * @param status what holds after it
 * @param attempt the newest attempt when it happened: 1 for the first hand-over, 0 while there was
 *     none
 * @param at when, to the microsecond
 * @param until the end of the lease of a SENDING, when a RETRYING or SCHEDULED is due, else null
 * @param reason why, where there is something to say
 * @param reference what the provider calls the message, where it said
 * @param about the attempt that its outcome is one of, where it came late or by a receipt; null
 *     where it is the newest, or where it is no outcome
 */
public record Event(
        NotificationId notification,
        int sequence,
        EventKind kind,
        Status status,
        int attempt,
        Instant at,
        @Nullable Instant until,
        @Nullable Reason reason,
        @Nullable String reference,
        @Nullable Integer about) {

    /** One that speaks of the newest attempt, or of none. */
    public Event(
            NotificationId notification,
            int sequence,
            EventKind kind,
            Status status,
            int attempt,
            Instant at,
            @Nullable Instant until,
            @Nullable Reason reason,
            @Nullable String reference) {
        this(notification, sequence, kind, status, attempt, at, until, reason, reference, null);
    }

    /** The one after it that speaks of no other attempt, and of no new one. */
    public Event next(
            EventKind nextKind,
            Status nextStatus,
            Instant time,
            @Nullable Instant nextUntil,
            @Nullable Reason why) {
        return new Event(
                notification,
                sequence + 1,
                nextKind,
                nextStatus,
                attempt,
                time,
                nextUntil,
                why,
                null);
    }
}
