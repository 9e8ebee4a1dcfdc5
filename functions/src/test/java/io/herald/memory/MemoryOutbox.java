package io.herald.memory;

import static java.util.Comparator.comparing;

import io.herald.events.DispatchRecord;
import io.herald.memory.MemoryState.OutboxKey;
import io.herald.memory.MemoryState.Waiting;
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
    public List<OutboxRow> lease(Instant now, Duration lease, int rows, long bytes) {
        var waiting =
                state.outbox.entrySet().stream()
                        .filter(row -> !row.getValue().availableAt().isAfter(now))
                        .sorted(comparing(row -> row.getValue().availableAt()))
                        .limit(rows)
                        .map(row -> Map.entry(row.getKey(), row.getValue()))
                        .toList();
        var leased = new ArrayList<OutboxRow>();
        long before = 0;
        for (var row : waiting) {
            if (before >= bytes) {
                break;
            }
            before += row.getValue().bytes();
            var taken = shownAt(row.getValue(), now.plus(lease), row.getValue().tries() + 1);
            state.outbox.put(row.getKey(), taken);
            leased.add(
                    new OutboxRow(
                            taken.tenant(),
                            row.getKey().first(),
                            taken.last(),
                            row.getKey().sequence(),
                            taken.attempt(),
                            taken.tries()));
        }
        return leased;
    }

    private static Waiting shownAt(Waiting row, Instant time, int tries) {
        return new Waiting(
                row.tenant(),
                row.last(),
                row.attempt(),
                tries,
                row.bytes(),
                MemoryState.micros(time));
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
    public void deleteSubmission(NotificationId first) {
        state.outbox.remove(new OutboxKey(first, 0));
    }

    private static OutboxKey keyOf(OutboxRow row) {
        return new OutboxKey(row.first(), row.sequence());
    }
}
