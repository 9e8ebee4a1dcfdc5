package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.herald.concurrent.Deadline;
import io.herald.contract.Samples;
import io.herald.notification.StoreUnavailableException;
import io.herald.schedule.TickLoop;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is in a row is not told by an exception or a log about it. */
final class PersonalDataTest {
    private static final String ADDRESS = "ada@example.com";

    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Test
    void a_broken_constraint_is_named_and_the_row_is_not() {
        var thrown = catchThrowableOfType(StoreException.class, PersonalDataTest::insertTwice);

        assertThat(thrown)
                .hasMessageContaining("SQLSTATE 23505, table recipient, constraint recipient_pkey");
        assertThat(asTheRuntimeLogsIt(thrown)).doesNotContain(ADDRESS);
    }

    @Test
    void a_value_that_postgres_itself_quotes_is_not_told() {
        var thrown =
                catchThrowableOfType(
                        StoreException.class, () -> execute("SELECT '" + ADDRESS + "'::uuid"));

        assertThat(thrown).hasMessageContaining("SQLSTATE 22P02");
        assertThat(asTheRuntimeLogsIt(thrown)).doesNotContain(ADDRESS);
    }

    @Test
    void an_outage_is_told_by_its_code_and_its_kind() {
        var settings = PostgresSettings.of("jdbc:postgresql://127.0.0.1:9/herald", "herald", "");
        var nowhere = new Database(PostgresDataSource.direct(settings));

        var thrown =
                catchThrowableOfType(
                        StoreUnavailableException.class, () -> nowhere.read(_ -> true));

        assertThat(thrown)
                .hasMessage("Postgres cannot be reached: SQLSTATE 08001, by ConnectException");
    }

    @Test
    void the_driver_keeps_the_detail_to_itself() {
        var thrown =
                catchThrowableOfType(
                        SQLException.class,
                        () -> {
                            try (var connection =
                                            PostgresDataSource.direct(STORE.settings())
                                                    .getConnection();
                                    var statement = connection.createStatement()) {
                                var insert = insert();
                                statement.execute(insert + ";" + insert);
                            }
                        });

        assertThat(thrown.getMessage()).contains("recipient_pkey");
        assertThat(asTheRuntimeLogsIt(thrown)).doesNotContain(ADDRESS);
    }

    @Test
    void the_log_of_a_failed_step_does_not_tell_the_row() {
        var time = new AtomicLong();
        var task =
                new TickLoop.Task(
                        "due work",
                        () -> {
                            time.incrementAndGet();
                            insertTwice();
                            return false;
                        },
                        Duration.ZERO);
        try (var log = new RecordedLog()) {
            new TickLoop(List.of(task)).run(Deadline.in(Duration.ofNanos(1), time::get));

            assertThat(log.text())
                    .contains(
                            "due work failed",
                            "StoreException",
                            "SQLSTATE 23505",
                            "PersonalDataTest.insertTwice")
                    .doesNotContain(ADDRESS);
        }
    }

    private static void insertTwice() {
        var insert = insert();
        execute(insert);
        execute(insert);
    }

    private static String insert() {
        return "INSERT INTO recipient (tenant_id, user_id, version, created_at, updated_at)"
                + " VALUES ('%s', '%s', 1, now(), now())".formatted(Samples.tenant(), ADDRESS);
    }

    private static void execute(String sql) {
        STORE.database()
                .write(connection -> {
                    try (var statement = connection.createStatement()) {
                        return statement.execute(sql);
                    }
                });
    }

    private static String asTheRuntimeLogsIt(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
