package io.herald.adapter.postgres;

import io.herald.notification.NotificationId;
import io.herald.outbox.Reconciliation;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Compares ranges of {@code notification} with {@code event}.
 *
 * <p>A range is found by time, through a block range index, which knows neither how many
 * notifications it holds nor their order. So a range is first counted, no further than the limit,
 * and halved until it holds no more than that; the next one starts with the size that fitted.
 */
public final class PostgresReconciliation implements Reconciliation {
    // No range is smaller, as an id tells the time no finer.
    private static final Duration SMALLEST = Duration.ofMillis(1);

    private static final String TAKE = "SELECT position FROM reconciliation FOR UPDATE SKIP LOCKED";
    private static final String MOVE = "UPDATE reconciliation SET position = ?";

    // What this has taken up itself lies before the position, and has a due row.
    static final String OLDEST_WAITING =
            """
            SELECT first_id FROM outbox WHERE sequence = 0 AND first_id >= ?
            ORDER BY first_id LIMIT 1\
            """;
    static final String COUNT = "SELECT 1 FROM notification WHERE id >= ? AND id < ?";

    // Not those that a due row under the same sequence looks after already.
    static final String TAKE_UP =
            """
            WITH hanging AS MATERIALIZED (
                SELECT n.tenant_id, n.id, coalesce(e.sequence, 0) AS sequence,
                       coalesce(e.status, 0) AS status, coalesce(e.attempt, 0) AS attempt,
                       coalesce(e.until, e.at) AS lease_end
                FROM (SELECT tenant_id, id FROM notification WHERE id >= ? AND id < ?) AS n
                LEFT JOIN LATERAL (
                    SELECT sequence, status, attempt, at, until FROM event
                    WHERE notification_id = n.id AND notification_id >= ? AND notification_id < ?
                    ORDER BY sequence DESC LIMIT 1
                ) AS e ON true
                WHERE (e.status IS NULL OR e.status IN (0, 2)) -- PENDING, SENDING
                  AND NOT EXISTS (
                    SELECT FROM due
                    WHERE due.notification_id = n.id AND due.sequence = coalesce(e.sequence, 0))
            ), republished AS (
                INSERT INTO outbox (first_id, last_id, sequence, tenant_id, attempt, available_at)
                SELECT id, id, sequence, tenant_id, attempt + 1, ?
                FROM hanging WHERE status = 0
                ORDER BY id
                ON CONFLICT (first_id, sequence) DO NOTHING
            ), watched AS (
                INSERT INTO due (notification_id, sequence, tenant_id, due_at)
                SELECT id, sequence, tenant_id, CASE status WHEN 2 THEN lease_end ELSE ? END
                FROM hanging
                ORDER BY id
                ON CONFLICT (notification_id, sequence) DO NOTHING
            )
            SELECT count(*) FROM hanging\
            """;

    private final Database database;
    private final Clock clock;

    public PostgresReconciliation(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Progress advance(Instant until, Instant lookAgainAt, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        return database.transaction(connection -> advance(connection, until, lookAgainAt, limit));
    }

    private Progress advance(Connection connection, Instant latest, Instant lookAgainAt, int limit)
            throws SQLException {
        Instant position;
        try (var statement = connection.prepareStatement(TAKE);
                var results = statement.executeQuery()) {
            if (!results.next()) {
                return new Progress(0, false);
            }
            position = SqlValues.instant(results, "position");
        }
        // An id tells milliseconds, so the range ends with a whole one.
        var until =
                earlier(latest, oldestWaiting(connection, position)).truncatedTo(ChronoUnit.MILLIS);
        if (!position.isBefore(until)) {
            return new Progress(0, false);
        }
        long lookedAt = 0;
        int found = 0;
        var size = Duration.between(position, until);
        while (position.isBefore(until) && lookedAt < limit) {
            var end = earlier(position.plus(size), until);
            int count = count(connection, position, end, limit);
            if (count > limit && size.compareTo(SMALLEST) > 0) {
                size = halved(Duration.between(position, end));
                continue;
            }
            if (count > 0) {
                found += takeUp(connection, position, end, lookAgainAt);
            }
            lookedAt += count;
            position = end;
            size = size.multipliedBy(2);
        }
        try (var statement = connection.prepareStatement(MOVE)) {
            statement.setObject(1, SqlValues.timestamp(position));
            statement.executeUpdate();
        }
        return new Progress(found, position.isBefore(until));
    }

    /** When the oldest submission that still waits in the outbox was accepted. */
    private static Instant oldestWaiting(Connection connection, Instant from) throws SQLException {
        try (var statement = connection.prepareStatement(OLDEST_WAITING)) {
            statement.setObject(1, NotificationId.lowerBound(from));
            try (var results = statement.executeQuery()) {
                return results.next()
                        ? new NotificationId(SqlValues.uuid(results, "first_id")).acceptedAt()
                        : Instant.MAX;
            }
        }
    }

    /** Counts to one more than the limit. */
    private static int count(Connection connection, Instant from, Instant to, int limit)
            throws SQLException {
        try (var statement = connection.prepareStatement(COUNT)) {
            statement.setObject(1, NotificationId.lowerBound(from));
            statement.setObject(2, NotificationId.lowerBound(to));
            // No LIMIT: the planner would think that any index gives so few rows soon, and read
            // the whole primary key for them.
            statement.setMaxRows(Math.min(limit, Integer.MAX_VALUE - 1) + 1);
            int count = 0;
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    count++;
                }
            }
            return count;
        }
    }

    private int takeUp(Connection connection, Instant from, Instant to, Instant lookAgainAt)
            throws SQLException {
        try (var statement = connection.prepareStatement(TAKE_UP)) {
            statement.setObject(1, NotificationId.lowerBound(from));
            statement.setObject(2, NotificationId.lowerBound(to));
            statement.setObject(3, NotificationId.lowerBound(from));
            statement.setObject(4, NotificationId.lowerBound(to));
            statement.setObject(5, SqlValues.timestamp(clock.instant()));
            statement.setObject(6, SqlValues.timestamp(lookAgainAt));
            try (var results = statement.executeQuery()) {
                results.next();
                return results.getInt(1);
            }
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Duration halved(Duration size) {
        var half = Duration.ofMillis(size.toMillis() / 2);
        return half.compareTo(SMALLEST) < 0 ? SMALLEST : half;
    }
}
