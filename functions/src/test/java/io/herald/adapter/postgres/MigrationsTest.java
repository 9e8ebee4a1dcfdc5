package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.UserId;
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
    private static final String COLUMNS_LATER =
            "SELECT count(*) FROM information_schema.columns WHERE column_name = 'later'";
    private static final List<String> LATER = List.of("classpath:db/later");

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

    @Test
    void one_that_was_killed_in_the_middle_left_nothing_and_is_run_again() throws Exception {
        var empty = TestDatabases.empty();

        // Far down in the first migration.
        killWhileItWaits(empty, "CREATE TABLE job (id uuid)", List.of());

        try (var connection = PostgresDataSource.direct(empty).getConnection()) {
            assertThat(exists(connection, "tenant")).isFalse();
            new Migrations(empty, TestDatabases.CLOCK).run();
            assertThat(exists(connection, "job")).isTrue();
        }
    }

    @Test
    void a_later_one_that_was_killed_in_the_middle_keeps_what_there_was() throws Exception {
        var settings = TestDatabases.migrated();
        var database = new Database(PostgresDataSource.direct(settings));
        var old = Samples.submission(TestDatabases.CLOCK, Samples.tenant(), new UserId("ada"), 3);
        var notifications = new PostgresNotifications(database, TestDatabases.CLOCK, Duration.ZERO);
        notifications.accept(old);

        // By then it has changed the tables before that one.
        killWhileItWaits(settings, "LOCK TABLE due IN ACCESS SHARE MODE", LATER);

        try (var connection = PostgresDataSource.direct(settings).getConnection()) {
            assertThat(exists(connection, "later_table")).isFalse();
            assertThat(PostgresStore.number(connection, COLUMNS_LATER)).isZero();
            new Migrations(settings, TestDatabases.CLOCK, LATER).run();
            assertThat(exists(connection, "later_table")).isTrue();
            assertThat(PostgresStore.number(connection, COLUMNS_LATER)).isGreaterThan(7);
        }
        assertThat(old)
                .allSatisfy(
                        one -> assertThat(notifications.find(one.tenant(), one.id())).isPresent());
    }

    @Test
    void the_code_of_before_starts_beside_a_later_schema() throws SQLException {
        var settings = TestDatabases.migrated();
        new Migrations(settings, TestDatabases.CLOCK, LATER).run();

        new Migrations(settings, TestDatabases.CLOCK).run();

        try (var connection = PostgresDataSource.direct(settings).getConnection()) {
            assertThat(exists(connection, "later_table")).isTrue();
        }
    }

    @Test
    void one_that_fails_leaves_the_schema_as_it_was_and_says_where() throws SQLException {
        var settings = TestDatabases.migrated();

        assertThatThrownBy(() ->
                        new Migrations(
                                        settings,
                                        TestDatabases.CLOCK,
                                        List.of("classpath:db/broken"))
                                .run())
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V1002__fails_in_the_middle.sql")
                .hasMessageContaining("line 5")
                .hasMessageContaining("SQLSTATE 42P01")
                .hasMessageNotContaining("\n");

        try (var connection = PostgresDataSource.direct(settings).getConnection()) {
            assertThat(exists(connection, "half_way")).isFalse();
            // Nothing has to be repaired by hand before the next try.
            new Migrations(settings, TestDatabases.CLOCK, LATER).run();
            assertThat(exists(connection, "later_table")).isTrue();
        }
    }

    /** Has a process migrate until it waits for what another transaction holds, and kills it. */
    private static void killWhileItWaits(PostgresSettings settings, String hold, List<String> later)
            throws Exception {
        try (var other = PostgresDataSource.direct(settings).getConnection();
                var statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(hold);
            var process = MigratingProcess.start(settings, later);
            try {
                awaitOneThatWaits(statement);
            } finally {
                process.destroyForcibly().waitFor();
            }
            other.rollback();
        }
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        return PostgresStore.number(connection, "SELECT count(to_regclass('%s'))".formatted(table))
                == 1;
    }

    private static void awaitOneThatWaits(Statement statement) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
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
