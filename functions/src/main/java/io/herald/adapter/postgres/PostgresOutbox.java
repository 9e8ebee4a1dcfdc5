package io.herald.adapter.postgres;

import io.herald.events.DispatchRecord;
import io.herald.notification.Channel;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.outbox.Outbox;
import io.herald.outbox.OutboxRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table {@code outbox}. */
public final class PostgresOutbox implements Outbox {
    private static final int MOST_ROWS = 200;

    // Written when a row might have several lanes; nothing is known of how much room it needs.
    private static final int ANY_LANE = -1;

    // The rows are chosen in an expression of their own: a join might choose again and take more.
    // Their number is written out, for not knowing it Postgres would rather sort all that wait.
    // Every lane has its say before a second row of one has it, so a heavy one starves no other.
    static final String LEASE =
            """
            WITH asked (lane, room) AS (
                SELECT * FROM unnest(?::int[], ?::int[])
            ), taken AS MATERIALIZED (
                SELECT asked.room, waiting.* FROM asked CROSS JOIN LATERAL (
                    SELECT lane, first_id, sequence, turn, notifications, bytes FROM outbox
                    WHERE outbox.lane = asked.lane AND available_at <= ?
                    ORDER BY turn LIMIT %d
                    FOR UPDATE SKIP LOCKED
                ) AS waiting
                WHERE asked.room > 0
            ), placed AS (
                SELECT *, row_number() OVER lane_turns AS place,
                       sum(notifications) OVER lane_turns - notifications AS notifications_before
                FROM taken
                WINDOW lane_turns AS (PARTITION BY lane ORDER BY turn, first_id, sequence)
            ), light AS (
                SELECT *, sum(bytes) OVER (ORDER BY place, turn, first_id, sequence) - bytes
                    AS bytes_before
                FROM placed WHERE place <= ? AND notifications_before < room
            ), leased AS (
                UPDATE outbox SET available_at = ?, tries = least(outbox.tries + 1, 32767)
                FROM light AS taken
                WHERE outbox.first_id = taken.first_id AND outbox.sequence = taken.sequence
                  AND taken.bytes_before < ?
                RETURNING outbox.tenant_id, outbox.lane, outbox.first_id, outbox.last_id,
                          outbox.sequence, outbox.attempt, outbox.tries, taken.place, taken.turn
            )
            SELECT * FROM leased ORDER BY place, turn, first_id, sequence\
            """
                    .formatted(MOST_ROWS);

    static final String RECORDS =
            """
            SELECT wanted.position, n.*, s.since, s.attempts_before
            FROM unnest(?::uuid[], ?::uuid[], ?::uuid[], ?::int[], ?::int[]) WITH ORDINALITY
                AS wanted (tenant_id, first_id, last_id, sequence, lane, position)
            CROSS JOIN LATERAL (
                SELECT * FROM notification
                WHERE tenant_id = wanted.tenant_id
                  AND id BETWEEN wanted.first_id AND wanted.last_id
                  AND id BETWEEN ? AND ?
                  AND (wanted.lane IS NULL OR lane = wanted.lane)
                OFFSET 0 -- keeps one index scan for each row
            ) AS n
            LEFT JOIN LATERAL (
                -- Nothing has happened yet to what a submission sends at once.
                SELECT coalesce(until, at) AS since, attempt AS attempts_before FROM event
                WHERE notification_id = n.id AND notification_id BETWEEN ? AND ?
                  AND wanted.sequence > 0
                  AND kind IN (9, 10, 13, 21) -- SCHEDULED, RESCHEDULED, RESOLVED, REPLAYED
                ORDER BY event.sequence DESC LIMIT 1
            ) AS s ON true
            ORDER BY wanted.position, n.id\
            """;

    private static final String DELETE =
            """
            DELETE FROM outbox USING unnest(?::uuid[], ?::int[]) AS gone (first_id, sequence)
            WHERE outbox.first_id = gone.first_id AND outbox.sequence = gone.sequence\
            """;

    private static final String POSTPONE =
            """
            UPDATE outbox SET available_at = later.available_at
            FROM unnest(?::uuid[], ?::int[], ?::timestamptz[])
                AS later (first_id, sequence, available_at)
            WHERE outbox.first_id = later.first_id AND outbox.sequence = later.sequence\
            """;

    private static final String DELETE_SUBMISSIONS =
            "DELETE FROM outbox WHERE first_id = ANY (?) AND sequence = 0";

    private final Database database;

    public PostgresOutbox(Database database) {
        this.database = database;
    }

    @Override
    public List<OutboxRow> lease(
            Instant now, Duration lease, Map<Lane, Integer> room, int limit, long bytes) {
        var asked = new LinkedHashMap<Integer, Integer>();
        asked.put(ANY_LANE, Integer.MAX_VALUE);
        room.forEach((lane, records) -> asked.put((int) lane.code(), records));
        var lanes = List.copyOf(asked.keySet());
        return database.write(connection -> {
            try (var statement = connection.prepareStatement(LEASE)) {
                statement.setArray(1, SqlValues.integers(connection, lanes, lane -> lane));
                statement.setArray(2, SqlValues.integers(connection, lanes, asked::get));
                statement.setObject(3, SqlValues.timestamp(now));
                statement.setInt(4, limit);
                statement.setObject(5, SqlValues.timestamp(now.plus(lease)));
                statement.setLong(6, bytes);
                var rows = new ArrayList<OutboxRow>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        rows.add(row(results));
                    }
                }
                return rows;
            }
        });
    }

    @Override
    public Map<OutboxRow, List<DispatchRecord>> records(List<OutboxRow> rows) {
        if (rows.isEmpty()) {
            return Map.of();
        }
        return database.read(connection -> records(connection, rows));
    }

    private static Map<OutboxRow, List<DispatchRecord>> records(
            Connection connection, List<OutboxRow> rows) throws SQLException {
        var least = Collections.min(rows.stream().map(OutboxRow::first).toList());
        var greatest = Collections.max(rows.stream().map(OutboxRow::last).toList());
        var lists = new ArrayList<List<DispatchRecord>>();
        var records = new LinkedHashMap<OutboxRow, List<DispatchRecord>>();
        for (var row : rows) {
            lists.add(records.computeIfAbsent(row, _ -> new ArrayList<>()));
        }
        try (var statement = connection.prepareStatement(RECORDS)) {
            statement.setArray(1, SqlValues.uuids(connection, rows, row -> row.tenant().value()));
            statement.setArray(2, SqlValues.uuids(connection, rows, row -> row.first().value()));
            statement.setArray(3, SqlValues.uuids(connection, rows, row -> row.last().value()));
            statement.setArray(4, SqlValues.integers(connection, rows, OutboxRow::sequence));
            statement.setArray(
                    5,
                    SqlValues.nullableIntegers(
                            connection,
                            rows,
                            row -> row.lane() == null ? null : (int) row.lane().code()));
            statement.setObject(6, least.value());
            statement.setObject(7, greatest.value());
            statement.setObject(8, least.value());
            statement.setObject(9, greatest.value());
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    int index = results.getInt("position") - 1;
                    lists.get(index).add(record(results, rows.get(index)));
                }
            }
        }
        return records;
    }

    private static OutboxRow row(ResultSet results) throws SQLException {
        short lane = results.getShort("lane");
        return new OutboxRow(
                new TenantId(SqlValues.uuid(results, "tenant_id")),
                lane == ANY_LANE ? null : Lane.ofCode(lane),
                new NotificationId(SqlValues.uuid(results, "first_id")),
                new NotificationId(SqlValues.uuid(results, "last_id")),
                results.getInt("sequence"),
                results.getInt("attempt"),
                results.getInt("tries"));
    }

    private static DispatchRecord record(ResultSet results, OutboxRow row) throws SQLException {
        var guarantee = Guarantee.ofCode(results.getShort("guarantee"));
        return new DispatchRecord(
                SqlValues.uuid(results, "id"),
                row.sequence(),
                row.attempt(),
                row.tenant().value(),
                results.getString("user_id"),
                Channel.ofCode(results.getShort("channel")).text(),
                Lane.ofCode(results.getShort("lane")).text(),
                results.getString("template"),
                results.getObject("template_version", Integer.class),
                Json.readObject(results.getString("payload")),
                Json.readNullableObject(results.getString("metadata")),
                switch (guarantee) {
                    case AT_LEAST_ONCE -> false;
                    case AT_MOST_ONCE -> true;
                },
                results.getString("traceparent"),
                results.getString("contact_point"),
                Json.readNullableObject(results.getString("content")),
                SqlValues.nullableInstant(results, "expires_at"),
                SqlValues.nullableInstant(results, "since"),
                results.getInt("attempts_before"));
    }

    @Override
    public void delete(Collection<OutboxRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        database.write(connection -> {
            try (var statement = connection.prepareStatement(DELETE)) {
                statement.setArray(
                        1, SqlValues.uuids(connection, rows, row -> row.first().value()));
                statement.setArray(2, SqlValues.integers(connection, rows, OutboxRow::sequence));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void postpone(Map<OutboxRow, Instant> later) {
        if (later.isEmpty()) {
            return;
        }
        var rows = List.copyOf(later.keySet());
        database.write(connection -> {
            try (var statement = connection.prepareStatement(POSTPONE)) {
                statement.setArray(
                        1, SqlValues.uuids(connection, rows, row -> row.first().value()));
                statement.setArray(2, SqlValues.integers(connection, rows, OutboxRow::sequence));
                statement.setArray(3, SqlValues.instants(connection, rows, later::get));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public void deleteSubmissions(Collection<NotificationId> first) {
        database.write(connection -> {
            try (var statement = connection.prepareStatement(DELETE_SUBMISSIONS)) {
                statement.setArray(1, SqlValues.uuids(connection, first, NotificationId::value));
                return statement.executeUpdate();
            }
        });
    }
}
