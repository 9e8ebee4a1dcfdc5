package io.herald.submission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.events.DispatchRecord;
import io.herald.notification.Channel;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.template.ContentDocument;
import io.herald.template.Wording;
import org.jspecify.annotations.Nullable;

/**
 * One message for one user on one channel, as it was accepted. Written once, never changed.
 *
 * @param metadata an object, or null
 * @param traceparent W3C Trace Context of the call, or null
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
        @Nullable String traceparent) {

    /** What its lane carries at acceptance. */
    public DispatchRecord asFirstRecord() {
        return asRecord(0, 1);
    }

    /**
     * @param sequence of the event that released it
     * @param attempt which hand-over it may become
     */
    public DispatchRecord asRecord(int sequence, int attempt) {
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
                wording.content() == null ? null : ContentDocument.write(wording.content()));
    }
}
