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
     */
    List<OutboxRow> lease(Instant now, Duration lease, int limit);

    /**
     * @return the records of each row, in the order of their ids, in one round trip for all
     */
    Map<OutboxRow, List<DispatchRecord>> records(List<OutboxRow> rows);

    /** Forgets rows that are on Kafka; those that are gone already are no matter. */
    void delete(Collection<OutboxRow> rows);

    /** Shows rows again at the given time, before their lease ends. */
    void postpone(Collection<OutboxRow> rows, Instant until);

    /** Forgets the row of a submission that was published at once. */
    void deleteSubmission(NotificationId first);
}
