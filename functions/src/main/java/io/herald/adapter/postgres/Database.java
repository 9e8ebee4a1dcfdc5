package io.herald.adapter.postgres;

import io.herald.notification.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs SQL, and turns an {@link SQLException} into what a port may throw: {@link
 * StoreUnavailableException} for an outage, {@link StoreException} for all else.
 *
 * <p>A connection may have died since it was last used: Postgres was restarted, or the function was
 * frozen. Such work is run again on another connection, wherever that cannot do harm, so that a
 * restart costs nobody a request.
 */
public final class Database {
    // Each try finds at most one dead connection, and a small pool may hold nothing else.
    private static final int TRIES = 10;

    private final DataSource dataSource;

    /**
     * @param dataSource a pool; see {@link PostgresDataSource}
     */
    public Database(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** What is done with a connection. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    /** Runs a query. */
    <T extends @Nullable Object> T read(Work<T> work) {
        return run(work, Mode.STATEMENT);
    }

    /**
     * Runs one statement, which is a transaction by itself: one round trip. It may be run twice,
     * where the connection died before it answered, so it must be one that this does not harm: an
     * insert that gives way to what is there, or a delete.
     */
    <T extends @Nullable Object> T write(Work<T> work) {
        return run(work, Mode.STATEMENT);
    }

    /**
     * Runs several statements that are done together or not at all; committed on return. Run again
     * only where the commit was not yet asked for.
     */
    <T extends @Nullable Object> T transaction(Work<T> work) {
        return run(work, Mode.TRANSACTION);
    }

    private enum Mode {
        STATEMENT,
        TRANSACTION
    }

    private <T extends @Nullable Object> T run(Work<T> work, Mode mode) {
        for (int tries = 1; ; tries++) {
            var connection = connect();
            try {
                return switch (mode) {
                    case STATEMENT -> work.on(connection);
                    case TRANSACTION -> inTransaction(connection, work);
                };
            } catch (SQLException e) {
                if (tries == TRIES || !SqlErrors.isWorthAnotherTry(e)) {
                    throw translated(e);
                }
            } finally {
                release(connection);
            }
        }
    }

    private Connection connect() {
        try {
            return dataSource.getConnection();
        } catch (SQLException e) {
            // Not tried again here: the pool has tried until its own timeout.
            throw translated(e);
        }
    }

    private static <T extends @Nullable Object> T inTransaction(Connection connection, Work<T> work)
            throws SQLException {
        connection.setAutoCommit(false);
        T result;
        try {
            result = work.on(connection);
        } catch (SQLException | RuntimeException | Error e) {
            rollBack(connection, e);
            throw e;
        }
        try {
            connection.commit();
        } catch (SQLException e) {
            // It may have been committed, so it is not run again.
            throw translated(e);
        }
        return result;
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // Postgres rolls back by itself what a broken connection leaves behind.
            cause.addSuppressed(e);
        }
    }

    private static void release(Connection connection) {
        try {
            connection.close();
        } catch (SQLException _) {
            // The work is done or has failed already; the pool throws a broken connection away.
        }
    }

    private static RuntimeException translated(SQLException exception) {
        return SqlErrors.isOutage(exception)
                ? new StoreUnavailableException(
                        "Postgres cannot be reached: " + SqlErrors.describe(exception), exception)
                : new StoreException(exception);
    }
}
