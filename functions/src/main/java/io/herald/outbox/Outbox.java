package io.herald.outbox;

import io.herald.events.DispatchRecord;
import io.herald.notification.NotificationId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The rows that wait to be published. */
public interface Outbox {

    /**
     * Takes the rows whose time has come, oldest first, and hides them for the lease, in one short
     * transaction. Rows that another caller is taking are passed over.
     *
     * @param rows the most of them
     * @param bytes about how much their submissions may weigh together; one row is taken whatever
     *     it weighs
     */
    List<OutboxRow> lease(Instant now, Duration lease, int rows, long bytes);

    /**
     * @return the records of each row, in the order of their ids, in one round trip for all
     */
    Map<OutboxRow, List<DispatchRecord>> records(List<OutboxRow> rows);

    /** Forgets rows that are on Kafka; those that are gone already are no matter. */
    void delete(Collection<OutboxRow> rows);

    /** Shows each row again at its time, before its lease ends. */
    void postpone(Map<OutboxRow, Instant> rows);

    /** Forgets the row of a submission that was published at once. */
    void deleteSubmission(NotificationId first);
}
