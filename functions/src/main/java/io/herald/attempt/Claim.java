package io.herald.attempt;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The right to hand an attempt over: a SENDING that was appended, or is about to be.
 *
 * @param sequence of the SENDING
 * @param leaseEnd when others may take the attempt for lost
 * @param relayed whether its record came by the relay, and so perhaps late
 */
public record Claim(
        TenantId tenant,
        NotificationId notification,
        int sequence,
        int attempt,
        Terms terms,
        Instant at,
        Instant leaseEnd,
        boolean relayed) {

    private static final Reason RELAYED =
            new Reason(
                    "relayed",
                    "It waited to be put on its lane, and may come after what was submitted later.");

    /** One whose record was not relayed. */
    public Claim(
            TenantId tenant,
            NotificationId notification,
            int sequence,
            int attempt,
            Terms terms,
            Instant at,
            Instant leaseEnd) {
        this(tenant, notification, sequence, attempt, terms, at, leaseEnd, false);
    }

    /** What a lost race over a claim leads to. */
    public sealed interface Decision {
        /** It is still PENDING: claim at the newest sequence + 1. */
        record Again(Claim claim) implements Decision {}

        /** Another copy has claimed it; due work looks at it when the lease ends. */
        record Watch(int sequence, Instant leaseEnd) implements Decision {}

        /** The notification moved on; the record says nothing any more. */
        record Stale() implements Decision {}
    }

    /** Whether it is too late for an attempt, so that there is nothing to hand over. */
    public boolean isExpired() {
        return terms.isExpiredAt(at);
    }

    /** What is appended: the SENDING, or that it has expired. */
    public Event event() {
        if (isExpired()) {
            return Expiry.event(notification, sequence, attempt - 1, at);
        }
        return new Event(
                notification,
                sequence,
                EventKind.CLAIMED,
                Status.SENDING,
                attempt,
                at,
                leaseEnd,
                relayed ? RELAYED : null,
                null);
    }

    /** Rules 2 and 3 of the architecture: what to do when the sequence was taken. */
    public Decision afterLosing(@Nullable Event newest) {
        if (newest == null) {
            return new Decision.Again(this);
        }
        return switch (newest.status()) {
            // Behind a later release other terms may hold, and its own record is on its way.
            case PENDING ->
                    isRelease(newest.kind())
                            ? new Decision.Stale()
                            : new Decision.Again(
                                    new Claim(
                                            tenant,
                                            notification,
                                            newest.sequence() + 1,
                                            newest.attempt() + 1,
                                            terms,
                                            at,
                                            leaseEnd,
                                            relayed));
            case SENDING ->
                    new Decision.Watch(
                            newest.sequence(), newest.until() == null ? leaseEnd : newest.until());
            case SCHEDULED,
                    RETRYING,
                    SENT,
                    DELIVERED,
                    BOUNCED,
                    FAILED,
                    UNKNOWN,
                    SUPPRESSED,
                    CANCELLED,
                    EXPIRED ->
                    new Decision.Stale();
        };
    }

    /** Whether it comes with a record of its own. */
    private static boolean isRelease(EventKind kind) {
        return switch (kind) {
            case RELEASED, REPLAYED, RESOLVED -> true;
            case CLAIMED,
                    SENT,
                    DELIVERED,
                    REFUSED,
                    DEFERRED,
                    LOST,
                    UNDELIVERABLE,
                    SCHEDULED,
                    RESCHEDULED,
                    CANCELLED,
                    EXPIRED,
                    DISCARDED,
                    BOUNCED ->
                    false;
        };
    }
}
