package io.herald.adapter.postgres;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.NotificationId;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.servers.PostgresServer;
import io.herald.servers.ServerBinaries;
import io.herald.servers.SharedServers;
import io.herald.submission.Notifications;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers see of a Postgres that stops, starts, hangs or drops its connections. */
final class OutageTest {
    @TempDir static Path folder;
    private static PostgresServer server;

    private final TenantId tenant = Samples.tenant();
    private HikariDataSource pool;
    private Database database;

    @BeforeAll
    static void start() {
        server =
                PostgresServer.start(
                        new PostgresServer.Options(
                                folder, ServerBinaries.in(SharedServers.binaries())));
        new Migrations(settings(), TestDatabases.CLOCK).run();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        pool = PostgresDataSource.pool(settings());
        database = new Database(pool);
    }

    @AfterEach
    void disconnect() {
        pool.close();
    }

    private static PostgresSettings settings() {
        return TestDatabases.settings(server, PostgresServer.DATABASE);
    }

    @Test
    void a_restart_costs_no_request() throws Exception {
        fillPool();

        server.restart();

        for (int i = 0; i < 5; i++) {
            assertThat(submitAndFind()).isTrue();
        }
    }

    @Test
    void connections_that_postgres_ended_cost_no_request() throws Exception {
        for (int i = 0; i < 5; i++) {
            // At once, so that the pool does not yet doubt them.
            fillPool();
            endAllConnections();

            assertThat(submitAndFind()).isTrue();
        }
    }

    @Test
    void a_transaction_is_run_again_when_its_connection_ends_before_the_commit() throws Exception {
        var runs = new AtomicInteger();

        long sum =
                database.transaction(connection -> {
                    long one = PostgresStore.number(connection, "SELECT 1");
                    if (runs.incrementAndGet() == 1) {
                        endAllConnections();
                    }
                    return one + PostgresStore.number(connection, "SELECT 1");
                });

        assertThat(sum).isEqualTo(2);
        assertThat(runs).hasValue(2);
    }

    @Test
    void a_transaction_is_run_again_when_a_migration_added_a_column_to_what_it_reads()
            throws SQLException {
        execute("CREATE TABLE grows (id integer)");
        // The driver has a statement prepared that it meets for the fifth time.
        for (int i = 0; i < 10; i++) {
            assertThat(columnsOfGrows()).isEqualTo(1);
        }

        execute("ALTER TABLE grows ADD COLUMN more integer");

        assertThat(columnsOfGrows()).isEqualTo(2);
    }

    private int columnsOfGrows() {
        return database.transaction(connection -> {
            // Something before it, as the driver itself runs again what begins a transaction.
            PostgresStore.number(connection, "SELECT 1");
            try (var statement = connection.prepareStatement("SELECT * FROM grows");
                    var results = statement.executeQuery()) {
                return results.getMetaData().getColumnCount();
            }
        });
    }

    /** By somebody else: what a connection itself changes, its driver knows of. */
    private static void execute(String sql) throws SQLException {
        try (var connection = PostgresDataSource.direct(settings()).getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void what_the_connection_did_before_it_ended_is_undone() throws Exception {
        var id = submit();
        var runs = new AtomicInteger();

        database.transaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(
                        "INSERT INTO due VALUES ('%s', %d, '%s', now())"
                                .formatted(id, runs.incrementAndGet(), tenant));
            }
            if (runs.get() == 1) {
                endAllConnections();
            }
            return PostgresStore.number(connection, "SELECT 1");
        });

        assertThat(
                        database.<Long>read(connection ->
                                PostgresStore.number(
                                        connection,
                                        "SELECT sum(sequence) FROM due"
                                                + " WHERE notification_id = '%s'".formatted(id))))
                .isEqualTo(2);
    }

    @Test
    void while_postgres_is_down_every_call_says_so_soon_and_works_when_it_is_back()
            throws Exception {
        fillPool();
        server.stop();
        try {
            for (int i = 0; i < 3; i++) {
                long begin = System.nanoTime();
                assertThatThrownBy(this::submit).isInstanceOf(StoreUnavailableException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .isLessThan(Duration.ofSeconds(2));
            }
        } finally {
            server.restart();
        }

        long deadline = System.nanoTime() + SECONDS.toNanos(15);
        while (true) {
            try {
                assertThat(submitAndFind()).isTrue();
                return;
            } catch (StoreUnavailableException e) {
                assertThat(System.nanoTime()).as("%s", e).isLessThan(deadline);
            }
        }
    }

    @Test
    void a_postgres_that_hangs_is_an_outage_too() throws Exception {
        submit();
        var impatient =
                new PostgresSettings(
                        settings().url(),
                        settings().user(),
                        settings().password(),
                        1,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1));
        try (var own = PostgresDataSource.pool(impatient)) {
            var notifications = notifications(new Database(own));
            notifications.accept(Samples.submission(TestDatabases.CLOCK, tenant, ada(), 1));
            server.pause();
            try {
                long begin = System.nanoTime();
                assertThatThrownBy(() ->
                                notifications.accept(
                                        Samples.submission(TestDatabases.CLOCK, tenant, ada(), 1)))
                        .isInstanceOf(StoreUnavailableException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .isLessThan(Duration.ofSeconds(3));
            } finally {
                server.resume();
            }
        }
    }

    @Test
    void a_statement_that_takes_too_long_is_ended_and_is_an_outage() {
        assertThatThrownBy(() ->
                        database.read(connection -> {
                            try (var statement = connection.createStatement()) {
                                return statement.execute("SELECT pg_sleep(30)");
                            }
                        }))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("57014");
    }

    @Test
    void what_postgres_refuses_is_no_outage() {
        assertThatThrownBy(() ->
                        database.read(connection -> PostgresStore.number(connection, "SELECT 1/0")))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() ->
                        database.read(
                                connection -> PostgresStore.number(connection, "SELECT * FROM x")))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void a_pool_that_is_used_up_is_an_outage() throws Exception {
        var release = new CountDownLatch(1);
        var held = new CountDownLatch(pool.getMaximumPoolSize());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
                threads.execute(() ->
                        database.read(_ -> {
                            held.countDown();
                            return await(release);
                        }));
            }
            assertThat(held.await(10, SECONDS)).isTrue();
            try {
                assertThatThrownBy(this::submit).isInstanceOf(StoreUnavailableException.class);
            } finally {
                release.countDown();
            }
        }
        assertThat(submitAndFind()).isTrue();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Opens every connection the pool may have. After connections were ended the pool may hesitate
     * to open others, so it may take more than one try.
     */
    private void fillPool() {
        for (int tries = 0; tries < 5 && !isFull(); tries++) {
            openAtOnce();
        }
        assertThat(isFull()).isTrue();
    }

    private boolean isFull() {
        return pool.getHikariPoolMXBean() != null
                && pool.getHikariPoolMXBean().getTotalConnections() == pool.getMaximumPoolSize();
    }

    private void openAtOnce() {
        var all = new CountDownLatch(pool.getMaximumPoolSize());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
                threads.execute(() -> {
                    try {
                        database.read(connection -> {
                            all.countDown();
                            return await(all) && PostgresStore.number(connection, "SELECT 1") == 1;
                        });
                    } catch (StoreUnavailableException e) {
                        // One that got no connection; the pool shows it.
                        all.countDown();
                    }
                });
            }
        }
    }

    private static void endAllConnections() throws SQLException {
        try (var connection = PostgresDataSource.direct(settings()).getConnection()) {
            PostgresStore.number(
                    connection,
                    "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                            + " AND backend_type = 'client backend'");
        }
    }

    private boolean submitAndFind() {
        var id = submit();
        var event = Samples.sending(TestDatabases.CLOCK, id, 1, Store.START);
        var stored = new PostgresTimeline(database).append(List.of(Transition.of(tenant, event)));
        return stored.contains(id)
                && notifications(database).find(tenant, id).orElseThrow().newest() != null;
    }

    private NotificationId submit() {
        var submission = Samples.submission(TestDatabases.CLOCK, tenant, ada(), 3);
        notifications(database).accept(submission);
        return submission.getFirst().id();
    }

    private static Notifications notifications(Database database) {
        return new PostgresNotifications(database, TestDatabases.CLOCK, Store.GRACE);
    }

    private static UserId ada() {
        return new UserId("ada");
    }
}
