package io.herald.adapter.postgres;

import io.herald.maintenance.MakePartitions;
import io.herald.notification.StoreUnavailableException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.logging.LogFactory;
import org.flywaydb.core.api.logging.LogLevel;

/**
 * Brings a database up to this version: the schema, the timeouts of the database, and partitions
 * for the weeks around now. Safe to run again, and twice at the same time.
 */
public final class Migrations {
    private static final String LOCATION = "classpath:db/migration";

    // Kept with the database, as a SET on the request path would pin a connection of RDS Proxy.
    // A function that Lambda freezes within a transaction must not hold its locks for long.
    private static final String TIMEOUTS =
            """
            DO $$ BEGIN
                EXECUTE format('ALTER DATABASE %I SET statement_timeout = ''5s''', current_database());
                EXECUTE format('ALTER DATABASE %I SET transaction_timeout = ''15s''', current_database());
                EXECUTE format('ALTER DATABASE %I SET idle_in_transaction_session_timeout = ''10s''', current_database());
            END $$\
            """;

    private static final String NO_TIMEOUTS =
            "SET statement_timeout = 0; SET transaction_timeout = 0";

    private final PostgresSettings settings;
    private final Clock clock;
    private final String[] locations;

    /**
     * @param settings of a direct connection, as the owner of the database; no proxy between
     */
    public Migrations(PostgresSettings settings, Clock clock) {
        this(settings, clock, List.of());
    }

    /**
     * @param later where there are migrations that come after those of this version
     */
    Migrations(PostgresSettings settings, Clock clock, List<String> later) {
        this.settings = settings;
        this.clock = clock;
        this.locations = Stream.concat(Stream.of(LOCATION), later.stream()).toArray(String[]::new);
    }

    /**
     * @throws StoreUnavailableException when Postgres is out of reach
     * @throws MigrationException when a migration fails; it is as if it had not begun then
     */
    public void run() {
        migrate();
        var database = new Database(PostgresDataSource.direct(settings));
        database.write(connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute(TIMEOUTS);
            }
        });
        new MakePartitions(new PostgresPartitions(database), clock).run();
    }

    private void migrate() {
        LogFactory.setLogLevel(LogLevel.WARN);
        try {
            Flyway.configure()
                    .loggers("slf4j")
                    // The function's own timeout is what ends a migration that hangs.
                    .dataSource(PostgresDataSource.direct(settings.withoutSocketTimeout()))
                    .locations(locations)
                    .initSql(NO_TIMEOUTS)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            if (e.getCause() instanceof SQLException cause && SqlErrors.isOutage(cause)) {
                throw new StoreUnavailableException(
                        "Postgres cannot be reached: " + SqlErrors.describe(cause), e);
            }
            throw new MigrationException(e);
        }
    }
}
