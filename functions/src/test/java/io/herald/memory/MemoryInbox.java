package io.herald.memory;

import io.herald.inbox.Inbox;
import io.herald.inbox.InboxMessage;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.util.List;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

record MemoryInbox(NavigableMap<NotificationId, InboxMessage> messages) implements Inbox {

    @Override
    public void add(List<InboxMessage> added) {
        for (var each : added) {
            messages.putIfAbsent(
                    each.notification(),
                    new InboxMessage(
                            each.tenant(),
                            each.notification(),
                            each.user(),
                            MemoryState.text(each.title()),
                            MemoryState.textOrNull(each.body())));
        }
    }

    @Override
    public List<InboxMessage> list(
            TenantId tenant, UserId user, @Nullable NotificationId before, int limit) {
        return messages.descendingMap().values().stream()
                .filter(each -> each.tenant().equals(tenant) && each.user().equals(user))
                .filter(each -> before == null || each.notification().compareTo(before) < 0)
                .limit(limit)
                .toList();
    }
}
