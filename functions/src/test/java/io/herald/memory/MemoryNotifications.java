package io.herald.memory;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.memory.MemoryState.Kept;
import io.herald.memory.MemoryState.OutboxKey;
import io.herald.memory.MemoryState.TenantKey;
import io.herald.memory.MemoryState.Waiting;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.outbox.Turn;
import io.herald.submission.KeptAnswer;
import io.herald.submission.KeptAnswers;
import io.herald.submission.Notification;
import io.herald.submission.NotificationFilter;
import io.herald.submission.Notifications;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * @param steps how many notifications a list looks at
 */
record MemoryNotifications(MemoryState state, Duration grace, int steps) implements Notifications {

    // What a record weighs beside its payload.
    private static final long ROW_BYTES = 512;

    @Override
    public void accept(List<Notification> accepted, Map<Lane, Turn> turns) {
        var now = state.clock.instant();
        accepted.stream()
                .filter(each -> each.scheduling().isEmpty())
                .collect(groupingBy(Notification::lane))
                .forEach((lane, some) -> {
                    var turn = requireNonNull(turns.get(lane));
                    state.outbox.putIfAbsent(
                            new OutboxKey(some.getFirst().id(), 0),
                            new Waiting(
                                    some.getFirst().tenant(),
                                    some.getLast().id(),
                                    1,
                                    0,
                                    some.stream().mapToLong(MemoryNotifications::bytes).sum(),
                                    MemoryState.micros(turn.held() ? now : now.plus(grace)),
                                    lane,
                                    some.size(),
                                    MemoryState.micros(turn.at())));
                });
        accepted.forEach(each -> state.notifications.putIfAbsent(each.id(), each));
        new MemoryTimeline(state)
                .append(accepted.stream().flatMap(each -> each.scheduling().stream()).toList());
    }

    private static long bytes(Notification notification) {
        return ROW_BYTES + notification.payload().toString().length();
    }

    @Override
    public Once acceptOnce(
            TenantId tenant,
            List<Notification> accepted,
            Map<Lane, Turn> turns,
            List<KeptAnswer> answers) {
        var now = state.clock.instant();
        for (var answer : answers) {
            var kept = state.kept.get(new TenantKey(tenant, answer.key()));
            if (kept != null && kept.createdAt().isAfter(now.minus(KeptAnswers.KEPT))) {
                return Once.KEY_TAKEN;
            }
        }
        answers.forEach(answer ->
                state.kept.put(new TenantKey(tenant, answer.key()), new Kept(answer, now)));
        if (!accepted.isEmpty()) {
            accept(accepted, turns);
        }
        return Once.STORED;
    }

    @Override
    public Optional<Current> find(TenantId tenant, NotificationId id) {
        return Optional.ofNullable(state.notifications.get(id))
                .filter(each -> each.tenant().equals(tenant))
                .map(this::current);
    }

    @Override
    public Found list(
            TenantId tenant,
            NotificationFilter filter,
            @Nullable NotificationId before,
            int limit) {
        var found = new ArrayList<Current>();
        int step = 0;
        var older =
                before == null ? state.notifications : state.notifications.headMap(before, false);
        for (var each : older.descendingMap().values()) {
            if (!each.tenant().equals(tenant)) {
                continue;
            }
            var current = current(withoutPayload(each));
            if (applies(filter, current)) {
                found.add(current);
            }
            if (found.size() == limit || ++step == steps) {
                return new Found(found, found.size() == limit ? null : each.id());
            }
        }
        return new Found(found, null);
    }

    private Current current(Notification notification) {
        var id = notification.id();
        return new Current(
                notification,
                state.newest(id),
                state.newestOf(id, EnumSet.of(EventKind.SCHEDULED, EventKind.RESCHEDULED))
                        .map(Event::until)
                        .orElse(null));
    }

    private static boolean applies(NotificationFilter filter, Current current) {
        var notification = current.notification();
        var createdAt = notification.id().acceptedAt();
        return isAnyOr(filter.user(), MemoryState.userOf(notification))
                && isAnyOr(filter.status(), current.status())
                && isAnyOr(filter.channel(), notification.channel())
                && isAnyOr(filter.template(), notification.wording().template())
                && (filter.createdAfter() == null || !createdAt.isBefore(filter.createdAfter()))
                && (filter.createdBefore() == null || createdAt.isBefore(filter.createdBefore()));
    }

    private static boolean isAnyOr(@Nullable Object wanted, @Nullable Object there) {
        return wanted == null || wanted.equals(there);
    }

    private static Notification withoutPayload(Notification full) {
        return new Notification(
                full.tenant(),
                full.id(),
                full.recipient(),
                full.channel(),
                full.lane(),
                full.wording(),
                full.category(),
                full.guarantee(),
                JsonNodeFactory.instance.objectNode(),
                full.metadata(),
                full.traceparent(),
                full.timing());
    }
}
