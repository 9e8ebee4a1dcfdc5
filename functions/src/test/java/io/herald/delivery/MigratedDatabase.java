package io.herald.delivery;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariDataSource;
import io.herald.adapter.postgres.Database;
import io.herald.adapter.postgres.Migrations;
import io.herald.adapter.postgres.PostgresDataSource;
import io.herald.adapter.postgres.PostgresSettings;
import io.herald.contract.SettableClock;
import io.herald.contract.Store;
import io.herald.servers.SharedServers;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A database of its own for each test, with the schema, as {@link Store#START} finds it. */
public final class MigratedDatabase implements BeforeEachCallback, AfterEachCallback {

    private final SettableClock clock = new SettableClock(Store.START);
    private @Nullable PostgresSettings settings;
    private @Nullable HikariDataSource pool;

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        var server = SharedServers.get().postgres();
        var name = "test_" + UUID.randomUUID().toString().replace("-", "");
        try (var connection =
                        DriverManager.getConnection(
                                server.jdbcUrl(), server.user(), server.password());
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        var own =
                PostgresSettings.of(server.jdbcUrl(name), server.user(), server.password())
                        .withPoolSize(4);
        clock.set(Store.START);
        new Migrations(own, clock).run();
        settings = own;
        pool = PostgresDataSource.pool(own);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (pool != null) {
            pool.close();
        }
    }

    /** Stands at {@link Store#START} when a test begins. */
    public SettableClock clock() {
        return clock;
    }

    public Database database() {
        return new Database(requireNonNull(pool));
    }

    /** What a query says that answers with one number, for what no port tells. */
    public long number(String sql) throws SQLException {
        var own = requireNonNull(settings);
        try (var connection = DriverManager.getConnection(own.url(), own.user(), own.password());
                var statement = connection.createStatement();
                var results = statement.executeQuery(sql)) {
            results.next();
            return results.getLong(1);
        }
    }
}
