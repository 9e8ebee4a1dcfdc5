package io.herald.adapter.postgres;

import io.herald.deadletter.DeadLetter;
import io.herald.deadletter.DeadLetterFilter;
import io.herald.deadletter.DeadLetterId;
import io.herald.deadletter.DeadLetters;
import io.herald.deadletter.KeptRecord;
import io.herald.deadletter.UndecodableRecord;
import io.herald.notification.TenantId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code undecodable_record}, and the notifications that failed. */
public final class PostgresDeadLetters implements DeadLetters {
    private static final String KEEP =
            """
            INSERT INTO undecodable_record (topic, partition, record_offset, id, tenant_id, key,
                                            value, cause, at)
            SELECT kept.topic, kept.partition, kept.record_offset, kept.id, tenant.id, kept.key,
                   kept.value, kept.cause, kept.at
            FROM unnest(?::text[], ?::int[], ?::bigint[], ?::uuid[], ?::uuid[], ?::bytea[],
                        ?::bytea[], ?::text[], ?::timestamptz[])
                AS kept (topic, partition, record_offset, id, tenant_id, key, value, cause, at)
            LEFT JOIN tenant ON tenant.id = kept.tenant_id
            ON CONFLICT (topic, partition, record_offset) DO NOTHING\
            """;

    private static final String COLUMNS =
            "id, topic, partition, record_offset, octet_length(value) AS size, cause, at";

    static final String LIST =
            """
            SELECT %s FROM undecodable_record
            WHERE tenant_id = ? AND discarded_at IS NULL AND id >= ? AND id < ? AND at <= ?
            ORDER BY id DESC LIMIT ?\
            """
                    .formatted(COLUMNS);

    static final String FIND =
            """
            SELECT %s FROM undecodable_record
            WHERE tenant_id = ? AND discarded_at IS NULL AND id = ANY (?)\
            """
                    .formatted(COLUMNS);

    private static final String VALUE =
            """
            SELECT substring(value FROM 1 FOR ?) FROM undecodable_record
            WHERE tenant_id = ? AND discarded_at IS NULL AND id = ?\
            """;

    // All of them are null; named, since Postgres does not see then that the index has the order.
    static final String OF_NOBODY =
            """
            SELECT %s FROM undecodable_record
            WHERE tenant_id IS NULL AND discarded_at IS NULL AND id < ?
            ORDER BY tenant_id DESC, id DESC LIMIT ?\
            """
                    .formatted(COLUMNS);

    private static final String DISCARD =
            """
            UPDATE undecodable_record SET discarded_at = ?
            WHERE tenant_id = ? AND discarded_at IS NULL AND id = ANY (?)\
            """;

    private static final String DISCARD_OF_NOBODY =
            """
            UPDATE undecodable_record SET discarded_at = ?
            WHERE tenant_id IS NULL AND discarded_at IS NULL AND id = ANY (?)\
            """;

    private final Database database;
    private final Clock clock;

    public PostgresDeadLetters(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void keep(List<UndecodableRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        database.write(connection -> {
            try (var statement = connection.prepareStatement(KEEP)) {
                bind(statement, records);
                return statement.executeUpdate();
            }
        });
    }

    private static void bind(PreparedStatement statement, List<UndecodableRecord> records)
            throws SQLException {
        var connection = statement.getConnection();
        statement.setArray(1, SqlValues.texts(connection, records, UndecodableRecord::topic));
        statement.setArray(
                2, SqlValues.integers(connection, records, UndecodableRecord::partition));
        statement.setArray(
                3,
                connection.createArrayOf(
                        "int8",
                        records.stream().map(UndecodableRecord::offset).toArray(Long[]::new)));
        statement.setArray(4, SqlValues.uuids(connection, records, record -> record.id().value()));
        statement.setArray(
                5,
                SqlValues.uuids(
                        connection,
                        records,
                        record -> record.tenant().map(TenantId::value).orElse(null)));
        statement.setArray(
                6,
                connection.createArrayOf(
                        "bytea",
                        records.stream().map(UndecodableRecord::key).toArray(byte[][]::new)));
        statement.setArray(
                7,
                connection.createArrayOf(
                        "bytea",
                        records.stream().map(UndecodableRecord::value).toArray(byte[][]::new)));
        statement.setArray(8, SqlValues.texts(connection, records, UndecodableRecord::cause));
        statement.setArray(9, SqlValues.instants(connection, records, UndecodableRecord::at));
    }

    @Override
    public Found list(
            TenantId tenant,
            DeadLetterFilter filter,
            @Nullable Instant failedUntil,
            @Nullable DeadLetterId before,
            int limit) {
        return database.read(connection -> {
            var walk = PostgresDeadLetterWalk.of(filter, failedUntil, before);
            var failed = walk.list(connection, tenant, limit);
            if (!filter.mayShowRecords()) {
                return failed;
            }
            var letters = new ArrayList<>(failed.letters());
            var end = failed.searchedTo();
            for (var record : records(connection, tenant, walk, limit)) {
                // What comes behind the end of the search waits for the next.
                if (end == null || record.id().compareTo(end) > 0) {
                    letters.add(new DeadLetter.OfRecord(record));
                }
            }
            var newest =
                    letters.stream()
                            .sorted((one, other) -> other.id().compareTo(one.id()))
                            .limit(limit)
                            .toList();
            return new Found(newest, newest.size() < limit ? end : null);
        });
    }

    private static List<KeptRecord> records(
            Connection connection, TenantId tenant, PostgresDeadLetterWalk walk, int limit)
            throws SQLException {
        try (var statement = connection.prepareStatement(LIST)) {
            statement.setObject(1, tenant.value());
            statement.setObject(2, walk.from());
            statement.setObject(3, walk.to());
            statement.setObject(4, walk.failedUntil());
            statement.setInt(5, limit);
            return records(statement);
        }
    }

    private static List<KeptRecord> records(PreparedStatement statement) throws SQLException {
        var records = new ArrayList<KeptRecord>();
        try (var results = statement.executeQuery()) {
            while (results.next()) {
                records.add(record(results));
            }
        }
        return records;
    }

    private static KeptRecord record(ResultSet results) throws SQLException {
        return new KeptRecord(
                new DeadLetterId(SqlValues.uuid(results, "id")),
                results.getString("topic"),
                results.getInt("partition"),
                results.getLong("record_offset"),
                results.getInt("size"),
                results.getString("cause"),
                SqlValues.instant(results, "at"));
    }

    @Override
    public List<DeadLetter> find(TenantId tenant, Collection<DeadLetterId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return database.read(connection -> {
            var letters = PostgresDeadLetterWalk.find(connection, tenant, ids);
            if (letters.size() < ids.size()) {
                try (var statement = connection.prepareStatement(FIND)) {
                    statement.setObject(1, tenant.value());
                    statement.setArray(2, SqlValues.uuids(connection, ids, DeadLetterId::value));
                    records(statement)
                            .forEach(record -> letters.add(new DeadLetter.OfRecord(record)));
                }
            }
            return letters;
        });
    }

    @Override
    public Optional<byte[]> value(TenantId tenant, DeadLetterId record, int bytes) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(VALUE)) {
                statement.setInt(1, bytes);
                statement.setObject(2, tenant.value());
                statement.setObject(3, record.value());
                try (var results = statement.executeQuery()) {
                    return results.next() ? Optional.of(results.getBytes(1)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public List<KeptRecord> ofNobody(@Nullable DeadLetterId before, int limit) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(OF_NOBODY)) {
                statement.setObject(
                        1, before == null ? PostgresNotificationLists.AFTER_ALL : before.value());
                statement.setInt(2, limit);
                return records(statement);
            }
        });
    }

    @Override
    public int discardOfNobody(Collection<DeadLetterId> ids) {
        return database.write(connection -> {
            try (var statement = connection.prepareStatement(DISCARD_OF_NOBODY)) {
                statement.setObject(1, SqlValues.timestamp(clock.instant()));
                statement.setArray(2, SqlValues.uuids(connection, ids, DeadLetterId::value));
                return statement.executeUpdate();
            }
        });
    }

    /** Within a transaction of its caller; how many there were. */
    static int discard(
            Connection connection, TenantId tenant, Collection<UUID> records, Instant now)
            throws SQLException {
        if (records.isEmpty()) {
            return 0;
        }
        try (var statement = connection.prepareStatement(DISCARD)) {
            statement.setObject(1, SqlValues.timestamp(now));
            statement.setObject(2, tenant.value());
            statement.setArray(3, SqlValues.uuids(connection, records, id -> id));
            return statement.executeUpdate();
        }
    }
}
