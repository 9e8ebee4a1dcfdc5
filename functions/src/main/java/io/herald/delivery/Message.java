package io.herald.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.RenderedMessage;
import org.jspecify.annotations.Nullable;

/** What is handed to a provider: rendered, and with the contact point it goes to. */
public sealed interface Message {

    /** The same for every attempt, so it is the provider's idempotency key. */
    NotificationId notification();

    TenantId tenant();

    Recipient recipient();

    /**
     * To one address.
     *
     * @param attempt which hand-over of the notification this is; 1 for the first
     */
    record Email(
            NotificationId notification,
            int attempt,
            TenantId tenant,
            Recipient recipient,
            String address,
            RenderedMessage.Email content)
            implements Message {}

    /**
     * To one URL.
     *
     * @param secret signs it, in the form of Standard Webhooks
     * @param template the key, or null when it was sent without one
     * @param payload the object the notification was submitted with
     * @param metadata an object, or null
     */
    record Webhook(
            NotificationId notification,
            TenantId tenant,
            Recipient recipient,
            String url,
            String secret,
            @Nullable String template,
            RenderedMessage.Webhook content,
            JsonNode payload,
            @Nullable JsonNode metadata)
            implements Message {}

    /** Into the user's feed. */
    record Inbox(
            NotificationId notification,
            TenantId tenant,
            UserId user,
            RenderedMessage.Inbox content)
            implements Message {
        @Override
        public Recipient recipient() {
            return new Recipient.OfUser(user);
        }
    }
}
