package io.herald.adapter.postgres;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.outbox.Reconciliation;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares ranges of {@code notification} with {@code event}.
 *
 * <p>A range is found by time, through a block range index, which knows neither how many
 * notifications it holds nor their order. So a range is first counted, no further than the limit,
 * and halved until it holds no more than that; the next one starts with the size that fitted.
 *
 * <p>Lanes that are equally far are looked at together, which is all of them unless one was held
 * up; one that catches up goes as far as the next, and on together with it.
 */
public final class PostgresReconciliation implements Reconciliation {
    // No range is smaller, as an id tells the time no finer.
    private static final Duration SMALLEST = Duration.ofMillis(1);

    private static final String TAKE =
            """
            SELECT lane, position FROM reconciliation WHERE lane = ANY (?)
            FOR UPDATE SKIP LOCKED\
            """;
    private static final String MOVE =
            "UPDATE reconciliation SET position = ? WHERE lane = ANY (?)";

    // A range ends where so many wait, whatever their lanes: the next one goes on from there.
    private static final int MOST_WAITING = 200;

    static final String WAITING =
            """
            SELECT first_id, ARRAY(
                SELECT DISTINCT n.lane FROM notification AS n
                WHERE n.tenant_id = outbox.tenant_id
                  AND n.id BETWEEN outbox.first_id AND outbox.last_id
            ) AS lanes
            FROM outbox WHERE sequence = 0 AND first_id >= ?
            ORDER BY first_id LIMIT %d\
            """
                    .formatted(MOST_WAITING);
    static final String COUNT = "SELECT 1 FROM notification WHERE id >= ? AND id < ?";

    // Not those that a due row under the same sequence looks after already. Nothing is published
    // from here: what the relay published a moment ago looks the same as what Kafka has lost.
    static final String TAKE_UP =
            """
            WITH hanging AS MATERIALIZED (
                SELECT n.tenant_id, n.id, coalesce(e.sequence, 0) AS sequence,
                       CASE e.status WHEN 2 THEN coalesce(e.until, e.at) ELSE ? END AS due_at
                FROM (
                    SELECT tenant_id, id FROM notification
                    WHERE id >= ? AND id < ? AND lane = ANY (?)
                ) AS n
                LEFT JOIN LATERAL (
                    SELECT sequence, status, at, until FROM event
                    WHERE notification_id = n.id AND notification_id >= ? AND notification_id < ?
                    ORDER BY sequence DESC LIMIT 1
                ) AS e ON true
                WHERE (e.status IS NULL OR e.status IN (0, 2)) -- PENDING, SENDING
                  AND NOT EXISTS (
                    SELECT FROM due
                    WHERE due.notification_id = n.id AND due.sequence = coalesce(e.sequence, 0))
            ), watched AS (
                INSERT INTO due (notification_id, sequence, tenant_id, due_at)
                SELECT id, sequence, tenant_id, due_at FROM hanging
                ORDER BY id
                ON CONFLICT (notification_id, sequence) DO NOTHING
            )
            SELECT count(*) FROM hanging\
            """;

    private final Database database;

    public PostgresReconciliation(Database database) {
        this.database = database;
    }

    @Override
    public Progress advance(Set<Lane> lanes, Instant until, Instant lookAgainAt, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        if (lanes.isEmpty()) {
            return new Progress(0, false);
        }
        return database.transaction(connection -> {
            var positions = positions(connection, lanes);
            var together =
                    new TreeMap<>(
                            positions.keySet().stream()
                                    .collect(groupingBy(positions::get, toSet())));
            for (var position : together.keySet()) {
                var next = together.higherKey(position);
                var latest = next == null ? until : earlier(until, next);
                var progress =
                        advance(
                                connection,
                                requireNonNull(together.get(position)),
                                position,
                                latest,
                                lookAgainAt,
                                limit);
                if (progress != null) {
                    return new Progress(progress.found(), progress.more() || together.size() > 1);
                }
            }
            return new Progress(0, false);
        });
    }

    /** How far each lane is, but for those that another caller is at. */
    private static Map<Lane, Instant> positions(Connection connection, Set<Lane> lanes)
            throws SQLException {
        try (var statement = connection.prepareStatement(TAKE)) {
            statement.setArray(1, SqlValues.integers(connection, lanes, Lane::code));
            var positions = new EnumMap<Lane, Instant>(Lane.class);
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    positions.put(
                            Lane.ofCode(results.getShort("lane")),
                            SqlValues.instant(results, "position"));
                }
            }
            return positions;
        }
    }

    /**
     * @return null when there is nothing to look at
     */
    private static @Nullable Progress advance(
            Connection connection,
            Set<Lane> together,
            Instant from,
            Instant latest,
            Instant lookAgainAt,
            int limit)
            throws SQLException {
        var ends = new EnumMap<Lane, Instant>(Lane.class);
        waiting(connection, together, from)
                .forEach((lane, oldest) -> {
                    // An id tells milliseconds, so a range ends with a whole one.
                    var end = earlier(latest, oldest).truncatedTo(ChronoUnit.MILLIS);
                    if (from.isBefore(end)) {
                        ends.put(lane, end);
                    }
                });
        if (ends.isEmpty()) {
            return null;
        }
        var lanes = ends.keySet();
        var until = Collections.min(ends.values());
        var position = from;
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
                found += takeUp(connection, lanes, position, end, lookAgainAt);
            }
            lookedAt += count;
            position = end;
            size = size.multipliedBy(2);
        }
        try (var statement = connection.prepareStatement(MOVE)) {
            statement.setObject(1, SqlValues.timestamp(position));
            statement.setArray(2, SqlValues.integers(connection, lanes, Lane::code));
            statement.executeUpdate();
        }
        boolean all = lanes.equals(together) && until.equals(latest.truncatedTo(ChronoUnit.MILLIS));
        return new Progress(found, position.isBefore(until) || !all);
    }

    /**
     * When the oldest submission of each lane that still waits in the outbox was accepted: it is
     * published later, and may be lost later. One of several lanes waits in all of them.
     */
    private static Map<Lane, Instant> waiting(Connection connection, Set<Lane> lanes, Instant from)
            throws SQLException {
        try (var statement = connection.prepareStatement(WAITING)) {
            statement.setObject(1, NotificationId.lowerBound(from));
            var oldest = new EnumMap<Lane, Instant>(Lane.class);
            var last = Instant.MAX;
            int count = 0;
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    last = new NotificationId(SqlValues.uuid(results, "first_id")).acceptedAt();
                    for (var code : (Short[]) results.getArray("lanes").getArray()) {
                        oldest.putIfAbsent(Lane.ofCode(code), last);
                    }
                    count++;
                }
            }
            var others = count < MOST_WAITING ? Instant.MAX : last;
            lanes.forEach(lane -> oldest.putIfAbsent(lane, others));
            oldest.keySet().retainAll(lanes);
            return oldest;
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

    private static int takeUp(
            Connection connection, Set<Lane> lanes, Instant from, Instant to, Instant lookAgainAt)
            throws SQLException {
        try (var statement = connection.prepareStatement(TAKE_UP)) {
            statement.setObject(1, SqlValues.timestamp(lookAgainAt));
            statement.setObject(2, NotificationId.lowerBound(from));
            statement.setObject(3, NotificationId.lowerBound(to));
            statement.setArray(4, SqlValues.integers(connection, lanes, Lane::code));
            statement.setObject(5, NotificationId.lowerBound(from));
            statement.setObject(6, NotificationId.lowerBound(to));
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
