package io.herald.adapter.postgres;

import static java.util.Comparator.comparing;

import io.herald.attempt.Terms;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.schedule.DueRow;
import io.herald.schedule.DueWork;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The table {@code due}. */
public final class PostgresDueWork implements DueWork {
    private static final String WATCH =
            """
            INSERT INTO due (notification_id, sequence, tenant_id, due_at)
            SELECT * FROM unnest(?::uuid[], ?::int[], ?::uuid[], ?::timestamptz[])
            ON CONFLICT (notification_id, sequence) DO NOTHING\
            """;

    private static final String SETTLE =
            """
            WITH deleted AS (
                DELETE FROM due USING unnest(?::uuid[], ?::int[]) AS gone (notification_id, sequence)
                WHERE due.notification_id = gone.notification_id AND due.sequence = gone.sequence
            )
            INSERT INTO due (notification_id, sequence, tenant_id, due_at)
            SELECT * FROM unnest(?::uuid[], ?::int[], ?::uuid[], ?::timestamptz[])
            ON CONFLICT (notification_id, sequence) DO UPDATE SET due_at = excluded.due_at\
            """;

    private static final String REPUBLISH =
            """
            WITH wanted AS MATERIALIZED (
                SELECT * FROM unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::uuid[], ?::int[])
                    AS w (notification_id, due_sequence, sequence, attempt, tenant_id, lane)
            ), released AS (
                INSERT INTO outbox (first_id, last_id, sequence, tenant_id, attempt, lane,
                                    available_at, turn)
                SELECT notification_id, notification_id, sequence, tenant_id, attempt, lane, at, at
                FROM wanted, (SELECT ?::timestamptz AS at) AS now
                ON CONFLICT (first_id, sequence) DO NOTHING
            ), replaced AS (
                DELETE FROM due USING wanted
                WHERE due.notification_id = wanted.notification_id
                  AND due.sequence = wanted.due_sequence
                  AND due.sequence <> wanted.sequence
            )
            INSERT INTO due (notification_id, sequence, tenant_id, due_at)
            SELECT DISTINCT notification_id, sequence, tenant_id, ?::timestamptz FROM wanted
            ON CONFLICT (notification_id, sequence) DO UPDATE SET due_at = excluded.due_at\
            """;

    // While an old transaction keeps the rows that are done from being cleared away, a look from
    // the very beginning passes all of them.
    private static final Duration FROM_THE_BEGINNING_EVERY = Duration.ofSeconds(10);

    // What is written for a moment ago, by who needed some time to commit it or has another clock.
    private static final Duration LATE = Duration.ofSeconds(5);

    private final Database database;
    private final Clock clock;
    private Seen seen = new Seen(Instant.EPOCH, Instant.EPOCH);

    /**
     * What the last looks have shown.
     *
     * @param nothingBefore there was nothing that is due earlier
     * @param fromTheBeginningAt when a look last began at the beginning
     */
    private record Seen(Instant nothingBefore, Instant fromTheBeginningAt) {
        Instant beginOf(Instant now) {
            var age = Duration.between(fromTheBeginningAt, now);
            return age.isNegative() || age.compareTo(FROM_THE_BEGINNING_EVERY) >= 0
                    ? Instant.EPOCH
                    : nothingBefore;
        }
    }

    public PostgresDueWork(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Begins where the last look found nothing before it; now and then at the beginning, for what
     * was written with a time long past, such as the end of a lease that nobody watched.
     */
    @Override
    public synchronized Helping due(Instant now, int limit) {
        var begin = seen.beginOf(now);
        var look = look(begin, now, limit);
        // What was found stays until it is settled, which may fail: the next look finds it again.
        var first = look.first() == null ? now : look.first();
        var late = now.minus(LATE);
        seen =
                new Seen(
                        latest(begin, first.isBefore(late) ? first : late),
                        begin.equals(Instant.EPOCH) ? now : seen.fromTheBeginningAt());
        return look.helping();
    }

    /**
     * @param first when the earliest was due; null for none
     */
    private record Look(Helping helping, @Nullable Instant first) {}

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private Look look(Instant from, Instant now, int limit) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(due(limit))) {
                statement.setObject(1, SqlValues.timestamp(from));
                statement.setObject(2, SqlValues.timestamp(now));
                var rows = new ArrayList<DueRow>();
                var orphans = new ArrayList<Key>();
                Instant first = null;
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        if (first == null) {
                            first = SqlValues.instant(results, "due_at");
                        }
                        var id = new NotificationId(SqlValues.uuid(results, "id"));
                        int sequence = results.getInt("due_sequence");
                        short channel = results.getShort("channel");
                        if (results.wasNull()) {
                            orphans.add(new Key(id, sequence));
                        } else {
                            rows.add(row(results, id, sequence, channel));
                        }
                    }
                }
                return new Look(new Helping(rows, orphans), first);
            }
        });
    }

    // LIMIT 1 and OFFSET 0 keep one index scan for each row, in its own partition. The first limit
    // is written out: of a parameter a generic plan expects a tenth of the table, and reads and
    // sorts all that is due.
    static String due(int limit) {
        return """
        SELECT d.tenant_id, d.notification_id AS id, d.sequence AS due_sequence, d.due_at,
               n.channel, n.lane, n.guarantee, n.expires_at, s.since, s.attempts_before, e.*
        FROM (
            SELECT tenant_id, notification_id, sequence, due_at FROM due
            WHERE due_at >= ? AND due_at <= ?
            ORDER BY due_at LIMIT %d
        ) AS d
        LEFT JOIN LATERAL (
            SELECT channel, lane, guarantee, expires_at FROM notification
            WHERE tenant_id = d.tenant_id AND id = d.notification_id
            OFFSET 0
        ) AS n ON true
        LEFT JOIN LATERAL (
            SELECT * FROM event WHERE notification_id = d.notification_id
            ORDER BY sequence DESC LIMIT 1
        ) AS e ON true
        LEFT JOIN LATERAL (
            SELECT coalesce(until, at) AS since, attempt AS attempts_before FROM event
            WHERE notification_id = d.notification_id
              AND kind IN (9, 10, 13, 21) -- SCHEDULED, RESCHEDULED, RESOLVED, REPLAYED
            ORDER BY sequence DESC LIMIT 1
        ) AS s ON true
        ORDER BY d.due_at, d.notification_id, d.sequence\
        """
                .formatted(limit);
    }

    private static DueRow row(ResultSet results, NotificationId id, int sequence, short channel)
            throws SQLException {
        var since = SqlValues.nullableInstant(results, "since");
        return new DueRow(
                new TenantId(SqlValues.uuid(results, "tenant_id")),
                id,
                sequence,
                Lane.ofCode(results.getShort("lane")),
                new Terms(
                        Channel.ofCode(channel),
                        Guarantee.ofCode(results.getShort("guarantee")),
                        since == null ? id.acceptedAt() : since,
                        results.getInt("attempts_before"),
                        SqlValues.nullableInstant(results, "expires_at")),
                EventColumns.readIfAny(results, id));
    }

    @Override
    public void watch(Collection<Watch> rows) {
        if (rows.isEmpty()) {
            return;
        }
        var ordered = ordered(rows);
        database.write(connection -> {
            try (var statement = connection.prepareStatement(WATCH)) {
                bindWatches(statement, 1, ordered);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void settle(Collection<Key> delete, Collection<Watch> write) {
        if (delete.isEmpty() && write.isEmpty()) {
            return;
        }
        var written = ordered(write);
        // One statement may not touch a row twice; what is written takes the place of the row.
        var deleted = new HashSet<>(delete);
        written.forEach(watch -> deleted.remove(key(watch)));
        database.write(connection -> {
            try (var statement = connection.prepareStatement(SETTLE)) {
                statement.setArray(
                        1, SqlValues.uuids(connection, deleted, row -> row.notification().value()));
                statement.setArray(2, SqlValues.integers(connection, deleted, Key::sequence));
                bindWatches(statement, 3, written);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void republish(Collection<DueRow> rows, Instant lookAgainAt) {
        if (rows.isEmpty()) {
            return;
        }
        var ordered = rows.stream().sorted(comparing(DueRow::notification)).toList();
        var now = SqlValues.timestamp(clock.instant());
        database.write(connection -> {
            try (var statement = connection.prepareStatement(REPUBLISH)) {
                statement.setArray(
                        1, SqlValues.uuids(connection, ordered, row -> row.notification().value()));
                statement.setArray(2, SqlValues.integers(connection, ordered, DueRow::sequence));
                statement.setArray(
                        3, SqlValues.integers(connection, ordered, PostgresDueWork::releasedBy));
                statement.setArray(
                        4, SqlValues.integers(connection, ordered, PostgresDueWork::nextAttempt));
                statement.setArray(
                        5, SqlValues.uuids(connection, ordered, row -> row.tenant().value()));
                statement.setArray(
                        6, SqlValues.integers(connection, ordered, row -> row.lane().code()));
                statement.setObject(7, now);
                statement.setObject(8, SqlValues.timestamp(lookAgainAt));
                return statement.executeUpdate();
            }
        });
    }

    private static void bindWatches(PreparedStatement statement, int from, List<Watch> rows)
            throws SQLException {
        var connection = statement.getConnection();
        statement.setArray(
                from, SqlValues.uuids(connection, rows, row -> row.notification().value()));
        statement.setArray(from + 1, SqlValues.integers(connection, rows, Watch::sequence));
        statement.setArray(
                from + 2, SqlValues.uuids(connection, rows, row -> row.tenant().value()));
        statement.setArray(from + 3, SqlValues.instants(connection, rows, Watch::dueAt));
    }

    /** The last of each key, in the order in which every writer takes them: no deadlocks. */
    private static List<Watch> ordered(Collection<Watch> rows) {
        var byKey = new HashMap<Key, Watch>();
        rows.forEach(row -> byKey.put(key(row), row));
        return byKey.values().stream()
                .sorted(comparing(Watch::notification).thenComparingInt(Watch::sequence))
                .toList();
    }

    private static Key key(Watch row) {
        return new Key(row.notification(), row.sequence());
    }

    private static int releasedBy(DueRow row) {
        Event newest = row.newest();
        return newest == null ? 0 : newest.sequence();
    }

    private static int nextAttempt(DueRow row) {
        Event newest = row.newest();
        return newest == null ? 1 : newest.attempt() + 1;
    }
}
