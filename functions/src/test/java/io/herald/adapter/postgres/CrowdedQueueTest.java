package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.notification.NotificationIds;
import io.herald.schedule.DueWork;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a look at due work costs when a million rows are in its way. */
@Tag("slow")
final class CrowdedQueueTest {
    private static final int LOOKS = 21;
    private static final int MANY = 1_000_000;

    // Far from the 500 ms after which the ticker looks again, as the machine may be busy.
    private static final Duration SHORT = Duration.ofMillis(100);

    private final SettableClock clock = new SettableClock(Store.START);
    private PostgresSettings settings;
    private DueWork dueWork;

    @BeforeEach
    void an_empty_database() {
        settings = TestDatabases.migrated();
        dueWork = new PostgresDueWork(new Database(PostgresDataSource.pool(settings)), clock);
    }

    @Test
    void a_million_dead_rows_that_a_transaction_holds_on_to_slow_no_look_down() throws Exception {
        try (var old = patient();
                var connection = patient()) {
            holdOn(old);
            fill(connection, "'%s'::timestamptz - g * interval '1 millisecond'");
            execute(connection, "DELETE FROM due");

            var first = look();
            var usual = usual();
            var id = new NotificationIds(clock, new Random(1)).consecutive(1).getFirst();
            dueWork.watch(List.of(new DueWork.Watch(Samples.tenant(), id, 1, clock.instant())));
            var found = dueWork.due(clock.instant(), 500);
            dueWork.settle(found.orphans(), List.of());

            System.out.printf(
                    "a look past %,d dead rows: the first %d ms, then %d ms%n",
                    MANY, first.toMillis(), usual.toMillis());
            assertThat(found.orphans()).containsExactly(new DueWork.Key(id, 1));
            assertThat(dueWork.due(clock.instant(), 500).orphans()).isEmpty();
            assertThat(usual).isLessThan(SHORT);
        }
    }

    @Test
    void a_million_scheduled_rows_slow_no_look_down() throws Exception {
        try (var connection = patient()) {
            execute(
                    connection,
                    """
                    INSERT INTO due (notification_id, sequence, tenant_id, due_at)
                    SELECT gen_random_uuid(), 1, gen_random_uuid(), '%s'::timestamptz + g * interval '1 day'
                    FROM generate_series(1, 1000) AS g\
                    """
                            .formatted(clock.instant()),
                    "VACUUM ANALYZE due");
            var few = usual();
            fill(connection, "'%s'::timestamptz + g * interval '1 second'");
            execute(connection, "VACUUM ANALYZE due");
            var many = usual();

            System.out.printf(
                    "a look with none due: %d us beside 1,000 scheduled, %d us beside %,d%n",
                    few.toNanos() / 1_000, many.toNanos() / 1_000, MANY);
            assertThat(many).isLessThan(SHORT);
        }
    }

    private Connection patient() throws SQLException {
        var connection = PostgresDataSource.direct(settings.withoutSocketTimeout()).getConnection();
        execute(
                connection,
                "SET statement_timeout = 0",
                "SET transaction_timeout = 0",
                "SET idle_in_transaction_session_timeout = 0");
        return connection;
    }

    /** Whatever is deleted from now on cannot be cleared away. */
    private static void holdOn(Connection old) throws SQLException {
        execute(old, "BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM due");
    }

    private void fill(Connection connection, String dueAt) throws SQLException {
        execute(
                connection,
                """
                INSERT INTO due (notification_id, sequence, tenant_id, due_at)
                SELECT gen_random_uuid(), 1, gen_random_uuid(), %s
                FROM generate_series(1, %d) AS g\
                """
                        .formatted(dueAt.formatted(clock.instant()), MANY));
    }

    private Duration usual() {
        var looks = new Duration[LOOKS];
        for (int i = 0; i < LOOKS; i++) {
            clock.advance(Duration.ofMillis(500));
            looks[i] = look();
        }
        Arrays.sort(looks);
        return looks[LOOKS / 2];
    }

    private Duration look() {
        long begin = System.nanoTime();
        assertThat(dueWork.due(clock.instant(), 500).rows()).isEmpty();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
