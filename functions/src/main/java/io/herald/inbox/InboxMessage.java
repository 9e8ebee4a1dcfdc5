package io.herald.inbox;

import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import org.jspecify.annotations.Nullable;

/** A message in a user's in-app feed; its id tells when it was accepted. */
public record InboxMessage(
        TenantId tenant,
        NotificationId notification,
        UserId user,
        String title,
        @Nullable String body) {}
