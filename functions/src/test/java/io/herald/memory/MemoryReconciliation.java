package io.herald.memory;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.herald.memory.MemoryState.Due;
import io.herald.notification.Lane;
import io.herald.notification.Status;
import io.herald.outbox.Reconciliation;
import io.herald.schedule.DueWork;
import io.herald.submission.Notification;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Set;
import java.util.TreeMap;

/** Looks at lanes together that are equally far, as its counterpart in Postgres does. */
record MemoryReconciliation(MemoryState state) implements Reconciliation {

    @Override
    public Progress advance(Set<Lane> lanes, Instant until, Instant lookAgainAt, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        var together = new TreeMap<>(lanes.stream().collect(groupingBy(state::position, toSet())));
        for (var group : together.entrySet()) {
            var next = together.higherKey(group.getKey());
            var latest =
                    (next == null ? until : earlier(until, next)).truncatedTo(ChronoUnit.MILLIS);
            var ends = new EnumMap<Lane, Instant>(Lane.class);
            for (var lane : group.getValue()) {
                var end = earlier(latest, oldestWaiting(lane, group.getKey()));
                if (group.getKey().isBefore(end)) {
                    ends.put(lane, end);
                }
            }
            if (!ends.isEmpty()) {
                var end = Collections.min(ends.values());
                var progress = advance(ends.keySet(), group.getKey(), end, lookAgainAt, limit);
                boolean all = ends.size() == group.getValue().size() && end.equals(latest);
                return new Progress(
                        progress.found(), progress.more() || !all || together.size() > 1);
            }
        }
        return new Progress(0, false);
    }

    private Progress advance(
            Set<Lane> lanes, Instant from, Instant until, Instant lookAgainAt, int limit) {
        var position = from;
        int lookedAt = 0;
        int found = 0;
        while (position.isBefore(until) && lookedAt < limit) {
            var next = state.notifications.ceilingEntry(MemoryState.firstOf(position));
            if (next == null || !next.getKey().acceptedAt().isBefore(until)) {
                position = until;
                break;
            }
            // Never a part of a millisecond, as an id tells the time no finer.
            var millisecond = MemoryState.firstOf(next.getKey().acceptedAt());
            position = next.getKey().acceptedAt().plusMillis(1);
            for (var each :
                    state.notifications
                            .subMap(millisecond, MemoryState.firstOf(position))
                            .values()) {
                lookedAt++;
                found += lanes.contains(each.lane()) && takeUp(each, lookAgainAt) ? 1 : 0;
            }
        }
        for (var lane : lanes) {
            state.positions.put(lane, position);
        }
        return new Progress(found, position.isBefore(until));
    }

    /** When the oldest submission with something of the lane was accepted that still waits. */
    private Instant oldestWaiting(Lane lane, Instant from) {
        return state.outbox.entrySet().stream()
                .filter(row -> row.getKey().sequence() == 0)
                .filter(row -> !row.getKey().first().acceptedAt().isBefore(from))
                .filter(row ->
                        state
                                .notifications
                                .subMap(row.getKey().first(), true, row.getValue().last(), true)
                                .values()
                                .stream()
                                .anyMatch(each -> each.lane() == lane))
                .map(row -> row.getKey().first().acceptedAt())
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    private boolean takeUp(Notification notification, Instant lookAgainAt) {
        var newest = state.newest(notification.id());
        int sequence = newest == null ? 0 : newest.sequence();
        var status = newest == null ? Status.PENDING : newest.status();
        if (status != Status.PENDING && status != Status.SENDING) {
            return false;
        }
        var dueAt = lookAgainAt;
        if (newest != null && status == Status.SENDING) {
            dueAt = newest.until() == null ? newest.at() : newest.until();
        }
        var key = new DueWork.Key(notification.id(), sequence);
        var due = new Due(notification.tenant(), MemoryState.micros(dueAt));
        return state.due.putIfAbsent(key, due) == null;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
