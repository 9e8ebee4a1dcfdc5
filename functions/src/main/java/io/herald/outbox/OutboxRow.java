package io.herald.outbox;

import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;

/**
 * What is stored and not known to be on Kafka: a whole submission, or one notification that was
 * released again.
 *
 * @param first with {@code sequence} the key of the row
 * @param last the ids between are of the same submission
 * @param sequence of the event that released it; 0 for a submission
 * @param attempt which hand-over comes next
 * @param tries how often it was leased, this one included
 */
public record OutboxRow(
        TenantId tenant,
        NotificationId first,
        NotificationId last,
        int sequence,
        int attempt,
        int tries) {}
