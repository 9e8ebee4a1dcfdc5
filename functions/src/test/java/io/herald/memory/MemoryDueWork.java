package io.herald.memory;

import static java.util.Comparator.comparing;

import io.herald.attempt.Terms;
import io.herald.memory.MemoryState.Due;
import io.herald.schedule.DueRow;
import io.herald.schedule.DueWork;
import io.herald.submission.Notification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;

record MemoryDueWork(MemoryState state) implements DueWork {

    @Override
    public Helping due(Instant now, int limit) {
        var rows = new ArrayList<DueRow>();
        var orphans = new ArrayList<Key>();
        state.due.entrySet().stream()
                .filter(row -> !row.getValue().at().isAfter(now))
                .sorted(comparing(row -> row.getValue().at()))
                .limit(limit)
                .forEach(row -> {
                    var key = row.getKey();
                    var notification = state.notifications.get(key.notification());
                    if (notification == null) {
                        orphans.add(key);
                    } else {
                        rows.add(
                                new DueRow(
                                        notification.tenant(),
                                        key.notification(),
                                        key.sequence(),
                                        notification.lane(),
                                        terms(notification),
                                        state.newest(key.notification())));
                    }
                });
        return new Helping(rows, orphans);
    }

    private Terms terms(Notification notification) {
        var since = state.since(notification.id());
        return new Terms(
                notification.channel(),
                notification.guarantee(),
                since == null ? notification.id().acceptedAt() : since,
                state.attemptsBefore(notification.id()),
                notification.timing().expiresAt());
    }

    @Override
    public void watch(Collection<Watch> rows) {
        byKey(rows).forEach((key, row) -> state.due.putIfAbsent(key, dueOf(row)));
    }

    @Override
    public void settle(Collection<Key> delete, Collection<Watch> write) {
        var written = byKey(write);
        var deleted = new HashSet<>(delete);
        deleted.removeAll(written.keySet());
        deleted.forEach(state.due::remove);
        written.forEach((key, row) -> state.due.put(key, dueOf(row)));
    }

    @Override
    public void republish(Collection<DueRow> rows, Instant lookAgainAt) {
        for (var row : rows) {
            var newest = row.newest();
            int sequence = newest == null ? 0 : newest.sequence();
            int attempt = newest == null ? 1 : newest.attempt() + 1;
            state.release(
                    row.tenant(), row.notification(), sequence, attempt, state.clock.instant());
            state.due.remove(new Key(row.notification(), row.sequence()));
        }
        for (var row : rows) {
            var newest = row.newest();
            state.due.put(
                    new Key(row.notification(), newest == null ? 0 : newest.sequence()),
                    new Due(row.tenant(), MemoryState.micros(lookAgainAt)));
        }
    }

    /** The last of each key. */
    private static Map<Key, Watch> byKey(Collection<Watch> rows) {
        var byKey = new LinkedHashMap<Key, Watch>();
        rows.forEach(row -> byKey.put(new Key(row.notification(), row.sequence()), row));
        return byKey;
    }

    private static Due dueOf(Watch row) {
        return new Due(row.tenant(), MemoryState.micros(row.dueAt()));
    }
}
