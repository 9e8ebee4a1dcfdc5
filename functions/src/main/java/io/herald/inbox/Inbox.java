package io.herald.inbox;

import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The in-app feeds. */
public interface Inbox {

    /**
     * Puts messages into their feeds, in one transaction; one that is there already stays as it is.
     */
    void add(List<InboxMessage> messages);

    /**
     * A user's messages, newest first.
     *
     * @param before only those older than this one; null for the newest
     */
    List<InboxMessage> list(
            TenantId tenant, UserId user, @Nullable NotificationId before, int limit);
}
