package io.herald.bench;

import io.herald.notification.Status;
import io.herald.servers.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;

/** What is in the database, counted there: a figure that is not checked is worth nothing. */
final class Ledger implements AutoCloseable {
    private static final String COUNT =
            """
            SELECT count(DISTINCT n.id),
                   count(*) FILTER (WHERE e.status = %d),
                   count(*) FILTER (WHERE e.status = %d),
                   (SELECT count(*) FROM outbox WHERE tenant_id = ?)
            FROM notification AS n LEFT JOIN event AS e ON e.notification_id = n.id
            WHERE n.tenant_id = ?\
            """
                    .formatted(Status.SENDING.code(), Status.SENT.code());

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final PostgresServer server;
    private final Connection connection;

    Ledger(PostgresServer server) throws SQLException {
        this.server = server;
        this.connection = connect();
    }

    /** One more connection, for a loop. */
    Connection connect() throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", server.user());
        properties.setProperty("password", server.password());
        return DriverManager.getConnection(server.jdbcUrl(), properties);
    }

    /**
     * What there is of a tenant.
     *
     * @param stored notifications
     * @param claimed hand-overs that were begun
     * @param sent those that ended well
     * @param unpublished rows in the outbox
     */
    record Counts(long stored, long claimed, long sent, long unpublished) {}

    Counts of(UUID tenant) throws SQLException {
        try (var statement = connection.prepareStatement(COUNT)) {
            statement.setObject(1, tenant);
            statement.setObject(2, tenant);
            try (var results = statement.executeQuery()) {
                results.next();
                return new Counts(
                        results.getLong(1),
                        results.getLong(2),
                        results.getLong(3),
                        results.getLong(4));
            }
        }
    }

    /**
     * Waits until all that a tenant submitted is on its lane.
     *
     * @throws BenchException when that takes too long
     */
    void awaitPublished(UUID tenant) throws SQLException, InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        try (var statement =
                connection.prepareStatement("SELECT 1 FROM outbox WHERE tenant_id = ? LIMIT 1")) {
            statement.setObject(1, tenant);
            while (true) {
                try (var results = statement.executeQuery()) {
                    if (!results.next()) {
                        return;
                    }
                }
                if (System.nanoTime() - end > 0) {
                    throw new BenchException(
                            "What was accepted was not all published within %d s."
                                    .formatted(PATIENCE.toSeconds()));
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    /**
     * @throws BenchException when a commit is answered before it is durable
     */
    void requireDurable() throws SQLException {
        for (var setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
            try (var statement = connection.createStatement();
                    var results = statement.executeQuery("SHOW " + setting)) {
                results.next();
                if (!results.getString(1).equals("on")) {
                    throw new BenchException(setting + " is not on; no figure would count.");
                }
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
