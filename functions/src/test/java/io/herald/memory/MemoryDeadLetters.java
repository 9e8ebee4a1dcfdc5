package io.herald.memory;

import static java.util.Comparator.comparing;

import io.herald.deadletter.DeadLetters;
import io.herald.deadletter.UndecodableRecord;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;

/**
 * @param kept ordered by {@link #BY_OFFSET}
 */
record MemoryDeadLetters(NavigableSet<UndecodableRecord> kept) implements DeadLetters {

    static final Comparator<UndecodableRecord> BY_OFFSET =
            comparing(UndecodableRecord::topic)
                    .thenComparingInt(UndecodableRecord::partition)
                    .thenComparingLong(UndecodableRecord::offset);

    @Override
    public void keep(List<UndecodableRecord> records) {
        for (var each : records) {
            kept.add(
                    new UndecodableRecord(
                            each.topic(),
                            each.partition(),
                            each.offset(),
                            each.value(),
                            MemoryState.text(each.cause()),
                            each.at()));
        }
    }
}
