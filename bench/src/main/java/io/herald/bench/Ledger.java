package io.herald.bench;

import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import io.herald.servers.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What is in the database, counted there: a figure that is not checked is worth nothing. */
final class Ledger implements AutoCloseable {
    private static final String COUNT_STORED =
            "SELECT count(*) FROM notification WHERE tenant_id = ?";

    private static final String COUNT_EVENTS =
            """
            SELECT count(*) FILTER (WHERE e.status = %d), count(*) FILTER (WHERE e.status = %d)
            FROM notification AS n JOIN event AS e ON e.notification_id = n.id
            WHERE n.tenant_id = ?\
            """
                    .formatted(Status.SENDING.code(), Status.SENT.code());

    private static final String SENT =
            """
            SELECT e.notification_id, e.at
            FROM notification AS n JOIN event AS e ON e.notification_id = n.id
            WHERE n.tenant_id = ? AND e.status = %d\
            """
                    .formatted(Status.SENT.code());

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
        return PatientConnection.to(server);
    }

    /** How many notifications a tenant has. */
    long stored(UUID tenant) throws SQLException {
        try (var statement = connection.prepareStatement(COUNT_STORED)) {
            statement.setObject(1, tenant);
            try (var results = statement.executeQuery()) {
                results.next();
                return results.getLong(1);
            }
        }
    }

    /**
     * What happened to a tenant's notifications.
     *
     * @param claimed hand-overs that were begun
     * @param sent those that ended well
     */
    record Delivered(long claimed, long sent) {}

    Delivered delivered(UUID tenant) throws SQLException {
        try (var statement = connection.prepareStatement(COUNT_EVENTS)) {
            statement.setObject(1, tenant);
            try (var results = statement.executeQuery()) {
                results.next();
                return new Delivered(results.getLong(1), results.getLong(2));
            }
        }
    }

    /**
     * Waits until all of these are sent.
     *
     * @return when each was, with others of the tenant's
     * @throws BenchException when that takes too long
     */
    Map<NotificationId, Instant> awaitSent(UUID tenant, Set<NotificationId> notifications)
            throws SQLException, InterruptedException {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var sent = sent(tenant);
            if (sent.keySet().containsAll(notifications)) {
                return sent;
            }
            if (System.nanoTime() - end > 0) {
                throw new BenchException(
                        "What was accepted was not all sent within %d s."
                                .formatted(PATIENCE.toSeconds()));
            }
            Thread.sleep(PAUSE);
        }
    }

    private Map<NotificationId, Instant> sent(UUID tenant) throws SQLException {
        var sent = new HashMap<NotificationId, Instant>();
        try (var statement = connection.prepareStatement(SENT)) {
            statement.setObject(1, tenant);
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    sent.put(
                            new NotificationId(results.getObject(1, UUID.class)),
                            results.getObject(2, OffsetDateTime.class).toInstant());
                }
            }
        }
        return sent;
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
