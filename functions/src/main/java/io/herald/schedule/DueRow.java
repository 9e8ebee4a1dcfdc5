package io.herald.schedule;

import io.herald.attempt.Terms;
import io.herald.notification.Event;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * A notification that is to be looked at now, and where it stands.
 *
 * @param sequence of the event the row was written for; with the id its key
 * @param newest null while it has no event
 */
public record DueRow(
        TenantId tenant,
        NotificationId notification,
        int sequence,
        Lane lane,
        Terms terms,
        @Nullable Event newest) {}
