package io.herald.memory;

import io.herald.notification.Event;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.notification.UserTimeline;
import io.herald.submission.Notification;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

record MemoryUserTimeline(MemoryState state) implements UserTimeline {

    @Override
    public List<Entry> of(TenantId tenant, UserId user, @Nullable Position before, int limit) {
        return state.notifications.descendingMap().values().stream()
                .filter(each -> each.tenant().equals(tenant))
                .filter(each -> user.equals(MemoryState.userOf(each)))
                .flatMap(this::entriesOf)
                .filter(entry -> before == null || isBehind(entry.position(), before))
                .limit(limit)
                .toList();
    }

    private Stream<Entry> entriesOf(Notification notification) {
        var events = state.events.getOrDefault(notification.id(), new TreeMap<>());
        return Stream.concat(
                events.descendingMap().values().stream().map(event -> entry(notification, event)),
                Stream.of(entry(notification, null)));
    }

    private static Entry entry(Notification notification, @Nullable Event event) {
        return new Entry(
                notification.id(),
                notification.channel(),
                notification.wording().template(),
                event);
    }

    private static boolean isBehind(Position position, Position before) {
        int order = position.notification().compareTo(before.notification());
        return order < 0 || (order == 0 && position.sequence() < before.sequence());
    }
}
