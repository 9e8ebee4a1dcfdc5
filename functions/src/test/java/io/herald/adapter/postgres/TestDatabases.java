package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.servers.PostgresServer;
import io.herald.servers.SharedServers;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Databases on the shared server, each for one test class. */
final class TestDatabases {
    static final Clock CLOCK = Clock.fixed(Store.START, ZoneOffset.UTC);

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static @Nullable String template;

    private TestDatabases() {}

    /** With the schema, and with partitions around {@link Store#START}. */
    static synchronized PostgresSettings migrated() {
        if (template == null) {
            var made = create("");
            new Migrations(settings(made), CLOCK).run();
            template = made;
        }
        return settings(create(" TEMPLATE " + template));
    }

    static PostgresSettings empty() {
        return settings(create(""));
    }

    private static String create(String options) {
        var name = "test_" + COUNT.incrementAndGet();
        var server = SharedServers.get().postgres();
        try (var connection =
                        DriverManager.getConnection(
                                server.jdbcUrl(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + options);
            return name;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PostgresSettings settings(String database) {
        return settings(SharedServers.get().postgres(), database);
    }

    static PostgresSettings settings(PostgresServer server, String database) {
        return new PostgresSettings(
                server.jdbcUrl(database),
                server.user(),
                server.password(),
                // A test's threads share one pool.
                4,
                Duration.ofMillis(1500),
                Duration.ofSeconds(10));
    }
}
