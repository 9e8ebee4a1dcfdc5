package io.herald.adapter.postgres;

import io.herald.deadletter.DeadLetters;
import io.herald.deadletter.UndecodableRecord;
import java.util.List;

/** The table {@code undecodable_record}. */
public final class PostgresDeadLetters implements DeadLetters {
    private static final String KEEP =
            """
            INSERT INTO undecodable_record (topic, partition, record_offset, value, cause, at)
            SELECT * FROM unnest(?::text[], ?::int[], ?::bigint[], ?::bytea[], ?::text[],
                                 ?::timestamptz[])
            ON CONFLICT (topic, partition, record_offset) DO NOTHING\
            """;

    private final Database database;

    public PostgresDeadLetters(Database database) {
        this.database = database;
    }

    @Override
    public void keep(List<UndecodableRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        database.write(connection -> {
            try (var statement = connection.prepareStatement(KEEP)) {
                statement.setArray(
                        1, SqlValues.texts(connection, records, UndecodableRecord::topic));
                statement.setArray(
                        2, SqlValues.integers(connection, records, UndecodableRecord::partition));
                statement.setArray(
                        3,
                        connection.createArrayOf(
                                "int8",
                                records.stream()
                                        .map(UndecodableRecord::offset)
                                        .toArray(Long[]::new)));
                statement.setArray(
                        4,
                        connection.createArrayOf(
                                "bytea",
                                records.stream()
                                        .map(UndecodableRecord::value)
                                        .toArray(byte[][]::new)));
                statement.setArray(
                        5, SqlValues.texts(connection, records, UndecodableRecord::cause));
                statement.setArray(
                        6, SqlValues.instants(connection, records, UndecodableRecord::at));
                return statement.executeUpdate();
            }
        });
    }
}
