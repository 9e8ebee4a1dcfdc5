package io.herald.attempt;

import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says later of a hand-over.
 *
 * @param attempt the one with which the provider got the message
 * @param at when it happened, by the provider's clock
 * @param code why it bounced or was refused, in the provider's words, or null: lower case with
 *     underscores
 * @param reference what the provider calls the message, or null
 */
public record Receipt(
        TenantId tenant,
        NotificationId notification,
        int attempt,
        Kind kind,
        Instant at,
        @Nullable String code,
        @Nullable String reference) {

    /** What happened. */
    public enum Kind {
        /** It has left the provider. */
        SENT,
        /** It has arrived. */
        DELIVERED,
        /** It came back. */
        BOUNCED,
        /** The provider does not send it, whatever it answered before. */
        REFUSED
    }
}
