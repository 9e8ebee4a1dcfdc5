package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.contract.Store;
import io.herald.notification.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class MigrationsTest {
    private static final String PARTITIONS =
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'notification'::regclass";

    @Test
    void two_at_the_same_time_make_one_schema_and_a_third_changes_nothing() throws Exception {
        var settings = TestDatabases.empty();
        Callable<Boolean> migration =
                () -> {
                    new Migrations(settings, TestDatabases.CLOCK).run();
                    return true;
                };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(List.of(migration, migration))) {
                assertThat(result.get()).isTrue();
            }
        }
        migration.call();

        try (var connection = PostgresDataSource.direct(settings).getConnection()) {
            assertThat(
                            PostgresStore.number(
                                    connection, "SELECT count(*) FROM flyway_schema_history"))
                    .isEqualTo(2);
            // The week before, this one and four more.
            assertThat(PostgresStore.number(connection, PARTITIONS)).isEqualTo(6);
        }
    }

    @Test
    void a_statement_may_take_longer_than_those_of_requests() throws Exception {
        var empty = TestDatabases.empty();
        var impatient =
                new PostgresSettings(
                        empty.url(),
                        empty.user(),
                        empty.password(),
                        1,
                        empty.connectionTimeout(),
                        Duration.ofSeconds(1));
        try (var other = PostgresDataSource.direct(empty).getConnection();
                var statement = other.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // A table of the same name, not yet committed: the migration waits for its end.
            other.setAutoCommit(false);
            statement.execute("CREATE TABLE tenant (id uuid)");
            var migration =
                    threads.submit(() -> new Migrations(impatient, TestDatabases.CLOCK).run());
            awaitOneThatWaits(statement);
            LockSupport.parkNanos(Duration.ofMillis(1_500).toNanos());
            other.rollback();

            assertThat(migration).succeedsWithin(Duration.ofSeconds(30));
        }
    }

    private static void awaitOneThatWaits(Statement statement) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (true) {
            try (var waiting =
                    statement.executeQuery(
                            "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                    + " AND datname = current_database()")) {
                if (waiting.next()) {
                    return;
                }
            }
            assertThat(System.nanoTime()).as("nobody waits for the lock").isLessThan(deadline);
            // Within a transaction the activity is seen as it was when first looked at.
            statement.execute("SELECT pg_stat_clear_snapshot()");
        }
    }

    @Test
    void time_that_passes_needs_more_partitions() throws SQLException {
        var settings = TestDatabases.migrated();

        new Migrations(settings, Clock.fixed(Store.START.plus(Duration.ofDays(14)), ZoneOffset.UTC))
                .run();

        try (var connection = PostgresDataSource.direct(settings).getConnection()) {
            assertThat(PostgresStore.number(connection, PARTITIONS)).isEqualTo(8);
        }
    }

    @Test
    void every_later_session_has_timeouts() throws SQLException {
        var settings = TestDatabases.empty();
        new Migrations(settings, TestDatabases.CLOCK).run();

        try (var connection = PostgresDataSource.direct(settings).getConnection()) {
            assertThat(setting(connection, "statement_timeout")).isEqualTo("5s");
            assertThat(setting(connection, "transaction_timeout")).isEqualTo("15s");
            assertThat(setting(connection, "idle_in_transaction_session_timeout")).isEqualTo("10s");
        }
    }

    @Test
    void postgres_out_of_reach_is_an_outage() {
        // Port 9 is for discarding, and nobody listens there.
        var settings = PostgresSettings.of("jdbc:postgresql://127.0.0.1:9/herald", "herald", "");

        assertThatThrownBy(() -> new Migrations(settings, TestDatabases.CLOCK).run())
                .isInstanceOf(StoreUnavailableException.class);
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (var statement = connection.createStatement();
                var results = statement.executeQuery("SHOW " + name)) {
            results.next();
            return results.getString(1);
        }
    }
}
