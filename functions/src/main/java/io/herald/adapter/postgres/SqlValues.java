package io.herald.adapter.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Java values as columns of {@code unnest}, and back. */
final class SqlValues {
    private SqlValues() {}

    static <T> Array uuids(
            Connection connection, Collection<T> rows, Function<T, @Nullable UUID> column)
            throws SQLException {
        return connection.createArrayOf("uuid", rows.stream().map(column).toArray());
    }

    static <T> Array texts(
            Connection connection, Collection<T> rows, Function<T, @Nullable String> column)
            throws SQLException {
        var values = new @Nullable String[rows.size()];
        int i = 0;
        for (var row : rows) {
            values[i++] = text(column.apply(row));
        }
        return connection.createArrayOf("text", values);
    }

    static <T> Array integers(Connection connection, Collection<T> rows, ToIntFunction<T> column)
            throws SQLException {
        return connection.createArrayOf(
                "int4", rows.stream().mapToInt(column).boxed().toArray(Integer[]::new));
    }

    static <T> Array nullableIntegers(
            Connection connection, Collection<T> rows, Function<T, @Nullable Integer> column)
            throws SQLException {
        return connection.createArrayOf("int4", rows.stream().map(column).toArray(Integer[]::new));
    }

    static <T> Array booleans(
            Connection connection, Collection<T> rows, Function<T, Boolean> column)
            throws SQLException {
        return connection.createArrayOf("bool", rows.stream().map(column).toArray(Boolean[]::new));
    }

    static <T> Array instants(
            Connection connection, Collection<T> rows, Function<T, @Nullable Instant> column)
            throws SQLException {
        var values = new @Nullable String[rows.size()];
        @Nullable Instant before = null;
        @Nullable String text = null;
        int i = 0;
        for (var row : rows) {
            var at = column.apply(row);
            // What is written together often has one time, and to write that out costs.
            if (!Objects.equals(at, before)) {
                before = at;
                // Postgres would round, and so might move a time into the future.
                text = at == null ? null : at.truncatedTo(ChronoUnit.MICROS).toString();
            }
            values[i++] = text;
        }
        return connection.createArrayOf("timestamptz", values);
    }

    /** To the microsecond, which is what Postgres keeps. */
    static OffsetDateTime timestamp(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    static @Nullable OffsetDateTime nullableTimestamp(@Nullable Instant instant) {
        return instant == null ? null : timestamp(instant);
    }

    static Instant instant(ResultSet results, String column) throws SQLException {
        return results.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant nullableInstant(ResultSet results, String column) throws SQLException {
        @Nullable OffsetDateTime value = results.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    static UUID uuid(ResultSet results, String column) throws SQLException {
        return results.getObject(column, UUID.class);
    }

    /** Without NUL characters, the only ones that Postgres' text cannot hold. */
    static @Nullable String text(@Nullable String value) {
        return value == null || value.indexOf('\0') < 0 ? value : value.replace("\0", "");
    }
}
