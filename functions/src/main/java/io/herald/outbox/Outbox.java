package io.herald.outbox;

import io.herald.events.DispatchRecord;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The rows that wait to be published. */
public interface Outbox {

    /**
     * Takes the rows whose time has come, of each lane those whose turn is first, and hides them
     * for the lease, in one short transaction. Rows that another caller is taking are passed over.
     * What it costs does not grow with how many wait.
     *
     * @param room about how many records each lane takes: its first row is taken whatever it stands
     *     for, unless there is no room at all
     * @param rows the most of them, of each lane
     * @param bytes about how much their submissions may weigh together; one row is taken whatever
     *     it weighs
     */
    List<OutboxRow> lease(
            Instant now, Duration lease, Map<Lane, Integer> room, int rows, long bytes);

    /** As if there were room for all. */
    default List<OutboxRow> lease(Instant now, Duration lease, int rows, long bytes) {
        var room = new EnumMap<Lane, Integer>(Lane.class);
        for (var lane : Lane.values()) {
            room.put(lane, Integer.MAX_VALUE);
        }
        return lease(now, lease, room, rows, bytes);
    }

    /**
     * @return the records of each row, in the order of their ids, in one round trip for all
     */
    Map<OutboxRow, List<DispatchRecord>> records(List<OutboxRow> rows);

    /** Forgets rows that are on Kafka; those that are gone already are no matter. */
    void delete(Collection<OutboxRow> rows);

    /** Shows each row again at its time, before its lease ends. */
    void postpone(Map<OutboxRow, Instant> rows);

    /**
     * Forgets rows of submissions that were published at once.
     *
     * @param first the first notification of each row
     */
    void deleteSubmissions(Collection<NotificationId> first);
}
