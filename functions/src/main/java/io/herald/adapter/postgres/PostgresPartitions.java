package io.herald.adapter.postgres;

import io.herald.maintenance.Partitions;
import io.herald.notification.NotificationId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Partitions of seven days, counted from the Unix epoch, each named after its first day in UTC:
 * {@code notification_20261119}.
 *
 * <p>A partition is made and attached in one short transaction, under a lock that lets readers and
 * writers pass and keeps out only another such call. A table of that name that was left unattached
 * is taken as it is. Locks are asked for with a timeout, since whoever waits for one holds up all
 * who come after. Sets a parameter of the session, so it is not for the request path.
 */
public final class PostgresPartitions implements Partitions {
    private static final Duration SPAN = Duration.ofDays(7);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC);
    private static final List<String> TABLES = List.of("notification", "event", "inbox_message");
    private static final int TRIES = 10;

    private static final String ATTACHED =
            """
            SELECT child.relname FROM pg_inherits
            JOIN pg_class AS child ON child.oid = inhrelid
            WHERE inhparent = ANY (?::text[]::regclass[])\
            """;

    private final Database database;

    /**
     * @param database on a connection straight to Postgres
     */
    public PostgresPartitions(Database database) {
        this.database = database;
    }

    private record Partition(String table, Instant from) {
        String name() {
            return table + "_" + DAY.format(from);
        }
    }

    @Override
    public int ensure(Instant from, Instant until) {
        var attached = database.read(PostgresPartitions::attached);
        int made = 0;
        for (var start = startOf(from); start.isBefore(until); start = start.plus(SPAN)) {
            for (var table : TABLES) {
                var partition = new Partition(table, start);
                if (!attached.contains(partition.name()) && make(partition)) {
                    made++;
                }
            }
        }
        return made;
    }

    private static Instant startOf(Instant time) {
        long span = SPAN.toSeconds();
        return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), span) * span);
    }

    private boolean make(Partition partition) {
        for (int tries = 1; ; tries++) {
            try {
                return database.transaction(connection -> make(connection, partition));
            } catch (RuntimeException e) {
                // The wait for the lock was the pause; writers have gone on meanwhile.
                if (tries == TRIES || !SqlErrors.isLockTimeout(e)) {
                    throw e;
                }
            }
        }
    }

    private static boolean make(Connection connection, Partition partition) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '1s'");
            statement.execute(
                    "LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE"
                            .formatted(partition.table()));
            if (attached(connection).contains(partition.name())) {
                return false;
            }
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS %s (LIKE %s INCLUDING ALL)"
                            .formatted(partition.name(), partition.table()));
            statement.execute(
                    "ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
                            .formatted(
                                    partition.table(),
                                    partition.name(),
                                    NotificationId.lowerBound(partition.from()),
                                    NotificationId.lowerBound(partition.from().plus(SPAN))));
            return true;
        }
    }

    private static Set<String> attached(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(ATTACHED)) {
            statement.setArray(1, connection.createArrayOf("text", TABLES.toArray()));
            var names = new HashSet<String>();
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    names.add(results.getString(1));
                }
            }
            return names;
        }
    }
}
