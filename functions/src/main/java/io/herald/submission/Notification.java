package io.herald.submission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.events.DispatchRecord;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.notification.Transition;
import io.herald.template.ContentDocument;
import io.herald.template.Wording;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One message for one user on one channel, as it was accepted. Written once, never changed.
 *
 * @param metadata an object, or null
 * @param traceparent W3C Trace Context of the call, or null
 * @param timing when it may be sent; scheduled only for later than it was accepted
 */
public record Notification(
        TenantId tenant,
        NotificationId id,
        Recipient recipient,
        Channel channel,
        Lane lane,
        Wording wording,
        String category,
        Guarantee guarantee,
        ObjectNode payload,
        @Nullable ObjectNode metadata,
        @Nullable String traceparent,
        Timing timing) {

    /** One that is sent at once. */
    public Notification(
            TenantId tenant,
            NotificationId id,
            Recipient recipient,
            Channel channel,
            Lane lane,
            Wording wording,
            String category,
            Guarantee guarantee,
            ObjectNode payload,
            @Nullable ObjectNode metadata,
            @Nullable String traceparent) {
        this(
                tenant,
                id,
                recipient,
                channel,
                lane,
                wording,
                category,
                guarantee,
                payload,
                metadata,
                traceparent,
                Timing.AT_ONCE);
    }

    /**
     * The event that it is accepted with, and its due row, where it is for later: its first. What
     * is sent at once has none, and is PENDING.
     */
    public Optional<Transition> scheduling() {
        var time = timing.scheduledFor();
        if (time == null) {
            return Optional.empty();
        }
        var event =
                new Event(
                        id,
                        1,
                        EventKind.SCHEDULED,
                        Status.SCHEDULED,
                        0,
                        id.acceptedAt(),
                        time,
                        null,
                        null);
        return Optional.of(new Transition(tenant, event, time, null, false));
    }

    /** Where it stands when it has just been accepted. */
    public Status firstStatus() {
        return timing.scheduledFor() == null ? Status.PENDING : Status.SCHEDULED;
    }

    /** What its lane carries at acceptance. */
    public DispatchRecord asFirstRecord() {
        return asRecord(0, 1);
    }

    /** The same for one that was released, and whose age is counted from its acceptance. */
    public DispatchRecord asRecord(int sequence, int attempt) {
        return asRecord(sequence, attempt, null, 0);
    }

    /**
     * @param sequence of the event that released it
     * @param attempt which hand-over it may become
     * @param since when sending it was begun, where that is not its acceptance
     * @param attemptsBefore how many attempts had been made by then
     */
    public DispatchRecord asRecord(
            int sequence, int attempt, @Nullable Instant since, int attemptsBefore) {
        return new DispatchRecord(
                id.value(),
                sequence,
                attempt,
                tenant.value(),
                recipient.userId(),
                channel.text(),
                lane.text(),
                wording.template(),
                wording.templateVersion(),
                payload,
                metadata,
                guarantee == Guarantee.AT_MOST_ONCE,
                traceparent,
                recipient.contactPoint(),
                wording.content() == null ? null : ContentDocument.write(wording.content()),
                timing.expiresAt(),
                since,
                attemptsBefore);
    }
}
