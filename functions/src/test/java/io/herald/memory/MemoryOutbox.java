package io.herald.memory;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import io.herald.events.DispatchRecord;
import io.herald.memory.MemoryState.OutboxKey;
import io.herald.memory.MemoryState.Waiting;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.outbox.Outbox;
import io.herald.outbox.OutboxRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

record MemoryOutbox(MemoryState state) implements Outbox {

    @Override
    public List<OutboxRow> lease(
            Instant now, Duration lease, Map<Lane, Integer> room, int rows, long bytes) {
        // Of each lane those that have room, each with its place in the lane.
        var placed = new ArrayList<Placed>();
        room.forEach((lane, records) -> {
            int before = 0;
            int place = 0;
            for (var row : waiting(lane, now)) {
                if (before >= records || place == rows) {
                    break;
                }
                placed.add(new Placed(place++, row.getKey(), row.getValue()));
                before += row.getValue().notifications();
            }
        });
        placed.sort(
                comparingInt(Placed::place)
                        .thenComparing(each -> each.row().turn())
                        .thenComparing(each -> each.key().first())
                        .thenComparingInt(each -> each.key().sequence()));
        var leased = new ArrayList<OutboxRow>();
        long before = 0;
        for (var each : placed) {
            if (before >= bytes) {
                break;
            }
            before += each.row().bytes();
            var taken = shownAt(each.row(), now.plus(lease), each.row().tries() + 1);
            state.outbox.put(each.key(), taken);
            leased.add(
                    new OutboxRow(
                            taken.tenant(),
                            taken.lane(),
                            each.key().first(),
                            taken.last(),
                            each.key().sequence(),
                            taken.attempt(),
                            taken.tries()));
        }
        return leased;
    }

    private record Placed(int place, OutboxKey key, Waiting row) {}

    private List<Map.Entry<OutboxKey, Waiting>> waiting(Lane lane, Instant now) {
        return state.outbox.entrySet().stream()
                .filter(row -> row.getValue().lane() == lane)
                .filter(row -> !row.getValue().availableAt().isAfter(now))
                .sorted(
                        comparing((Map.Entry<OutboxKey, Waiting> row) -> row.getValue().turn())
                                .thenComparing(row -> row.getKey().first())
                                .thenComparingInt(row -> row.getKey().sequence()))
                .map(row -> Map.entry(row.getKey(), row.getValue()))
                .toList();
    }

    private static Waiting shownAt(Waiting row, Instant time, int tries) {
        return new Waiting(
                row.tenant(),
                row.last(),
                row.attempt(),
                tries,
                row.bytes(),
                MemoryState.micros(time),
                row.lane(),
                row.notifications(),
                row.turn());
    }

    @Override
    public Map<OutboxRow, List<DispatchRecord>> records(List<OutboxRow> rows) {
        var records = new LinkedHashMap<OutboxRow, List<DispatchRecord>>();
        for (var row : rows) {
            records.put(
                    row,
                    state
                            .notifications
                            .subMap(row.first(), true, row.last(), true)
                            .values()
                            .stream()
                            .filter(each -> each.tenant().equals(row.tenant()))
                            .filter(each -> row.lane() == null || each.lane() == row.lane())
                            .map(each ->
                                    each.asRecord(
                                            row.sequence(),
                                            row.attempt(),
                                            row.sequence() == 0 ? null : state.since(each.id()),
                                            row.sequence() == 0
                                                    ? 0
                                                    : state.attemptsBefore(each.id())))
                            .toList());
        }
        return records;
    }

    @Override
    public void delete(Collection<OutboxRow> rows) {
        rows.forEach(row -> state.outbox.remove(keyOf(row)));
    }

    @Override
    public void postpone(Map<OutboxRow, Instant> rows) {
        rows.forEach((row, time) ->
                state.outbox.computeIfPresent(
                        keyOf(row), (_, waiting) -> shownAt(waiting, time, waiting.tries())));
    }

    @Override
    public void deleteSubmissions(Collection<NotificationId> first) {
        first.forEach(id -> state.outbox.remove(new OutboxKey(id, 0)));
    }

    private static OutboxKey keyOf(OutboxRow row) {
        return new OutboxKey(row.first(), row.sequence());
    }
}
