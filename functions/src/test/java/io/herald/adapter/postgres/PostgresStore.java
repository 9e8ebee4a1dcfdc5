package io.herald.adapter.postgres;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;
import io.herald.audience.Users;
import io.herald.category.Categories;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.deadletter.DeadLetters;
import io.herald.inbox.Inbox;
import io.herald.job.Jobs;
import io.herald.notification.Timeline;
import io.herald.notification.UserTimeline;
import io.herald.outbox.Outbox;
import io.herald.outbox.Reconciliation;
import io.herald.receipt.Histories;
import io.herald.schedule.DueWork;
import io.herald.submission.KeptAnswers;
import io.herald.submission.Notifications;
import io.herald.template.Templates;
import io.herald.tenant.IssuedKeys;
import io.herald.tenant.Keys;
import io.herald.tenant.Tenants;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database for one test class, emptied before each test. */
public final class PostgresStore
        implements Store, BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
    private static final String EMPTY =
            """
            DELETE FROM api_key; DELETE FROM tenant; DELETE FROM recipient; DELETE FROM template;
            DELETE FROM category; DELETE FROM category_revision;
            DELETE FROM notification; DELETE FROM event; DELETE FROM inbox_message;
            DELETE FROM outbox; DELETE FROM due; DELETE FROM undecodable_record;
            DELETE FROM kept_answer; DELETE FROM job;
            UPDATE reconciliation SET position = 'epoch'\
            """;

    private final SettableClock clock = new SettableClock(START);
    private @Nullable PostgresSettings settings;
    private @Nullable HikariDataSource pool;

    @Override
    public void beforeAll(ExtensionContext context) {
        settings = TestDatabases.migrated();
        pool = PostgresDataSource.pool(settings);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        clock.set(START);
        execute(EMPTY);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        requireNonNull(pool).close();
    }

    PostgresSettings settings() {
        return requireNonNull(settings);
    }

    public Database database() {
        return new Database(requireNonNull(pool));
    }

    void execute(String sql) {
        database()
                .transaction(connection -> {
                    try (var statement = connection.createStatement()) {
                        return statement.execute(sql);
                    }
                });
    }

    /** What a query says that answers with one number, for what no port tells. */
    public long number(String sql) {
        return database().read(connection -> number(connection, sql));
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var results = statement.executeQuery(sql)) {
            results.next();
            return results.getLong(1);
        }
    }

    @Override
    public SettableClock clock() {
        return clock;
    }

    @Override
    public Notifications notifications() {
        return new PostgresNotifications(database(), clock, GRACE);
    }

    @Override
    public KeptAnswers keptAnswers() {
        return new PostgresKeptAnswers(database(), clock);
    }

    @Override
    public Timeline timeline() {
        return new PostgresTimeline(database());
    }

    @Override
    public UserTimeline userTimeline() {
        return new PostgresUserTimeline(database());
    }

    @Override
    public Histories histories() {
        return new PostgresHistories(database());
    }

    @Override
    public Outbox outbox() {
        return new PostgresOutbox(database());
    }

    @Override
    public DueWork dueWork() {
        return new PostgresDueWork(database(), clock);
    }

    @Override
    public Reconciliation reconciliation() {
        return new PostgresReconciliation(database());
    }

    @Override
    public Users users() {
        return new PostgresUsers(database(), clock);
    }

    @Override
    public Templates templates() {
        return new PostgresTemplates(database(), clock);
    }

    @Override
    public Categories categories() {
        return new PostgresCategories(database());
    }

    @Override
    public Tenants tenants() {
        return new PostgresTenants(database(), clock);
    }

    @Override
    public Keys keys() {
        return new PostgresKeys(database(), clock);
    }

    @Override
    public IssuedKeys issuedKeys() {
        return new PostgresKeys(database(), clock);
    }

    @Override
    public Inbox inbox() {
        return new PostgresInbox(database());
    }

    @Override
    public DeadLetters deadLetters() {
        return new PostgresDeadLetters(database(), clock);
    }

    @Override
    public Jobs jobs() {
        return new PostgresJobs(database(), clock);
    }
}
