package io.herald.outbox;

import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * What is stored and not known to be on Kafka: a whole submission, or one notification that was
 * released again.
 *
 * @param lane that its records go to; null for one that was written when a row might have several
 * @param first with {@code sequence} the key of the row
 * @param last the ids between are of the same submission, some of them perhaps of another lane
 * @param sequence of the event that released it; 0 for a submission
 * @param attempt which hand-over comes next
 * @param tries how often it was leased, this one included
 */
public record OutboxRow(
        TenantId tenant,
        @Nullable Lane lane,
        NotificationId first,
        NotificationId last,
        int sequence,
        int attempt,
        int tries) {}
