package io.herald.schedule;

import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** The rows that say when to look at a notification again. */
public interface DueWork {

    /**
     * A row to be written.
     *
     * @param sequence of the event it is for
     */
    record Watch(TenantId tenant, NotificationId notification, int sequence, Instant dueAt) {}

    /**
     * A row to be deleted or replaced.
     *
     * @param sequence of the event it was written for
     */
    record Key(NotificationId notification, int sequence) {}

    /**
     * What is due.
     *
     * @param rows the longest due first, each with the newest event
     * @param orphans rows whose notification is no longer there, as after its partition was dropped
     */
    record Helping(List<DueRow> rows, List<Key> orphans) {
        public Helping {
            rows = List.copyOf(rows);
            orphans = List.copyOf(orphans);
        }

        int size() {
            return rows.size() + orphans.size();
        }
    }

    /**
     * @return the rows whose time has come, at most {@code limit} in all; one round trip. Costs
     *     nothing for what is not due
     */
    Helping due(Instant now, int limit);

    /** Writes rows, in one transaction; one that is there already stays as it is. */
    void watch(Collection<Watch> rows);

    /**
     * In one transaction: deletes rows that no longer count, and writes others in their place; one
     * of these that is there already gets the new time.
     */
    void settle(Collection<Key> delete, Collection<Watch> write);

    /**
     * Gives PENDING notifications an outbox row each, naming the sequence that released them, and
     * looks again at {@code lookAgainAt}; one transaction. Outbox rows that are there already stay.
     */
    void republish(Collection<DueRow> rows, Instant lookAgainAt);
}
