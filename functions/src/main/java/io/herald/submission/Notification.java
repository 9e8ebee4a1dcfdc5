package io.herald.submission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.Channel;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
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
        UserId user,
        Channel channel,
        Lane lane,
        String template,
        int templateVersion,
        String category,
        Guarantee guarantee,
        ObjectNode payload,
        @Nullable ObjectNode metadata,
        @Nullable String traceparent) {}
