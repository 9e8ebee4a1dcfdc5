package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.Lane;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresDataSourceTest {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    private static final String STATEMENTS =
            """
            SELECT query FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid
            WHERE d.datname = current_database() AND query NOT LIKE '%pg_stat_statements%'\
            """;

    @Test
    void making_a_pool_does_no_io() {
        // Port 9 is for discarding, and nobody listens there.
        var settings = PostgresSettings.of("jdbc:postgresql://127.0.0.1:9/herald", "herald", "");

        try (var pool = PostgresDataSource.pool(settings)) {
            assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isZero();
        }
    }

    @Test
    void the_password_is_not_told() {
        assertThat(PostgresSettings.of("jdbc:postgresql://h/d", "user", "secret").toString())
                .doesNotContain("secret");
    }

    @Test
    void nothing_is_sent_that_would_pin_a_connection_of_a_proxy() {
        STORE.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
        STORE.execute(
                "SELECT pg_stat_statements_reset(0, oid, 0) FROM pg_database"
                        + " WHERE datname = current_database()");

        try (var pool = PostgresDataSource.pool(STORE.settings())) {
            var database = new Database(pool);
            var tenant = Samples.tenant();
            var submission = Samples.submission(STORE.clock(), tenant, new UserId("ada"), 2);
            new PostgresNotifications(database, STORE.clock(), Store.GRACE).accept(submission);
            var event = Samples.sent(STORE.clock(), submission.getFirst().id(), 1);
            new PostgresTimeline(database)
                    .append(List.of(new Transition(tenant, event, Store.START, null, true)));
            new PostgresOutbox(database)
                    .lease(Store.START, Duration.ofSeconds(1), 10, Long.MAX_VALUE);
            new PostgresDueWork(database, STORE.clock()).due(Store.START, 10);
            new PostgresReconciliation(database)
                    .advance(EnumSet.allOf(Lane.class), Store.START, Store.START, 10);
        }

        assertThat(statements()).hasSizeGreaterThan(5);
        assertThat(statements())
                .noneMatch(
                        Pattern.compile(
                                        "^\\s*(SET|LISTEN|DECLARE)\\b|nextval|advisory|set_config|TEMP\\s",
                                        Pattern.CASE_INSENSITIVE)
                                .asPredicate());
    }

    /** What was sent to this database, but for looking at it. */
    private static List<String> statements() {
        return STORE.database()
                .read(connection -> {
                    try (var statement = connection.createStatement();
                            var results = statement.executeQuery(STATEMENTS)) {
                        var texts = new ArrayList<String>();
                        while (results.next()) {
                            texts.add(results.getString(1));
                        }
                        return texts;
                    }
                });
    }
}
