package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.SettableClock;
import io.herald.maintenance.Partitions;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresPartitionsTest {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    private static final int TABLES = 3;

    private final Partitions partitions = new PostgresPartitions(STORE.database());

    @Test
    void a_partition_holds_seven_days_and_is_named_after_the_first() {
        var thursday = Instant.parse("2030-01-03T00:00:00Z");

        assertThat(partitions.ensure(thursday, thursday.plusMillis(1))).isEqualTo(TABLES);

        assertThat(exists("notification_20300103")).isTrue();
        assertThat(exists("event_20300103")).isTrue();
        assertThat(exists("inbox_message_20300103")).isTrue();
        assertThat(acceptsAt(thursday)).isTrue();
        assertThat(acceptsAt(thursday.plus(Duration.ofDays(7)).minusMillis(1))).isTrue();
        assertThat(acceptsAt(thursday.minusMillis(1))).isFalse();
        assertThat(acceptsAt(thursday.plus(Duration.ofDays(7)))).isFalse();
    }

    @Test
    void every_week_that_the_time_touches_has_one_and_none_is_made_twice() {
        var from = Instant.parse("2031-01-06T12:00:00Z");

        assertThat(partitions.ensure(from, from.plus(Duration.ofDays(28)))).isEqualTo(5 * TABLES);
        assertThat(partitions.ensure(from, from.plus(Duration.ofDays(28)))).isZero();
        assertThat(partitions.ensure(from, from.plus(Duration.ofDays(35)))).isEqualTo(TABLES);
    }

    @Test
    void a_partition_has_the_keys_and_indexes_of_its_table() {
        var time = Instant.parse("2032-01-01T00:00:00Z");
        partitions.ensure(time, time.plusMillis(1));

        assertThat(
                        STORE.number(
                                """
                                SELECT count(*) FROM pg_index
                                JOIN pg_inherits ON inhrelid = indexrelid
                                WHERE indrelid IN ('notification_20320101'::regclass,
                                                   'event_20320101'::regclass)\
                                """))
                .isEqualTo(5);
        assertThat(
                        STORE.number(
                                """
                                SELECT count(*) FROM pg_class
                                WHERE relname LIKE 'notification_20320101%'
                                  AND 'autosummarize=on' = ANY (reloptions)\
                                """))
                .isEqualTo(1);
    }

    @Test
    void called_twice_at_the_same_time_it_makes_each_partition_once() throws Exception {
        var from = Instant.parse("2033-01-06T00:00:00Z");
        int callers = 3;
        var start = new CyclicBarrier(callers);
        Callable<Integer> caller =
                () -> {
                    start.await();
                    return partitions.ensure(from, from.plus(Duration.ofDays(21)));
                };
        int made = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(Collections.nCopies(callers, caller))) {
                made += result.get();
            }
        }

        assertThat(made).isEqualTo(3 * TABLES);
        assertThat(acceptsAt(from)).isTrue();
    }

    @Test
    void a_table_that_was_made_and_never_attached_is_attached() {
        var time = Instant.parse("2034-01-05T00:00:00Z");
        STORE.execute("CREATE TABLE notification_20340105 (LIKE notification INCLUDING ALL)");
        STORE.execute("CREATE TABLE event_20340105 (LIKE event)");

        assertThat(partitions.ensure(time, time.plusMillis(1))).isEqualTo(TABLES);

        assertThat(acceptsAt(time)).isTrue();
    }

    @Test
    void writers_pass_while_it_waits_for_another_and_it_finishes_when_they_are_gone()
            throws Exception {
        var time = Instant.parse("2035-01-04T00:00:00Z");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var other = PostgresDataSource.direct(STORE.settings()).getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("LOCK TABLE ONLY event IN SHARE UPDATE EXCLUSIVE MODE");
            var made = threads.submit(() -> partitions.ensure(time, time.plusMillis(1)));
            awaitLockWait(other);

            assertThat(acceptsAt(STORE.clock().instant())).isTrue();

            other.commit();
            assertThat(made.get(10, TimeUnit.SECONDS)).isEqualTo(TABLES);
        }
        assertThat(acceptsAt(time)).isTrue();
    }

    private static void awaitLockWait(Connection connection) throws SQLException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (PostgresStore.number(connection, "SELECT count(*) FROM pg_locks WHERE NOT granted")
                == 0) {
            assertThat(System.nanoTime()).as("nobody waits for the lock").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static boolean exists(String table) {
        return STORE.number("SELECT count(*) FROM pg_class WHERE relname = '%s'".formatted(table))
                == 1;
    }

    /** Whether a notification of this time can be stored, with an event. */
    private static boolean acceptsAt(Instant time) {
        var clock = new SettableClock(time);
        var tenant = Samples.tenant();
        var notifications = Samples.submission(clock, tenant, new UserId("ada"), 1);
        try {
            STORE.notifications().accept(notifications);
        } catch (StoreUnavailableException e) {
            assertThat(e).hasMessageContaining("there is no partition for");
            return false;
        }
        var event = Samples.sent(clock, notifications.getFirst().id(), 1);
        assertThat(STORE.timeline().append(List.of(Transition.of(tenant, event)))).hasSize(1);
        return true;
    }
}
