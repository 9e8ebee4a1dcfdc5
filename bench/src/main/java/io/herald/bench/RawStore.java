package io.herald.bench;

import static java.util.stream.Collectors.joining;

import io.herald.notification.Channel;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.postgresql.PGConnection;

/**
 * The bare work on the same tables, under a tenant of its own: what Herald stores, stored in the
 * cheapest way there is, and nothing else. One connection, for one thread.
 */
final class RawStore implements AutoCloseable {
    private static final String[] NOTIFICATION = {
        "tenant_id",
        "id",
        "user_id",
        "channel",
        "lane",
        "template",
        "template_version",
        "category",
        "guarantee",
        "payload",
        "metadata",
        "traceparent"
    };
    private static final Set<String> JSON = Set.of("payload", "metadata");
    private static final String COPY_NOTIFICATIONS =
            "COPY notification (%s) FROM STDIN (FORMAT binary)"
                    .formatted(String.join(", ", NOTIFICATION));

    private static final String[] EVENT = {
        "notification_id", "sequence", "kind", "status", "attempt", "at", "until"
    };
    private static final String COPY_EVENTS =
            "COPY event (%s) FROM STDIN (FORMAT binary)".formatted(String.join(", ", EVENT));

    // Never due, so that the relay lets it lie.
    private static final String INSERT_SUBMISSION =
            """
            INSERT INTO outbox (first_id, last_id, sequence, tenant_id, attempt, available_at)
            VALUES (?, ?, 0, ?, 1, 'infinity')\
            """;

    private static final String INSERT_ONE =
            """
            WITH submission AS (
                INSERT INTO outbox (first_id, last_id, sequence, tenant_id, attempt, available_at)
                VALUES (?, ?, 0, ?, 1, 'infinity')
            )
            INSERT INTO notification (%s)
            VALUES (%s)\
            """
                    .formatted(
                            String.join(", ", NOTIFICATION),
                            List.of(NOTIFICATION).stream()
                                    .map(name -> JSON.contains(name) ? "?::json" : "?")
                                    .collect(joining(", ")));

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Connection connection;
    private final UUID tenant;
    private final NotificationIds ids;
    private final CopyRows rows = new CopyRows();
    private final byte[] template = CopyRows.text(Requests.TEMPLATE);
    private final byte[] category = CopyRows.text("transactional");

    RawStore(Connection connection, UUID tenant, NotificationIds ids) throws SQLException {
        this.connection = connection;
        this.tenant = tenant;
        this.ids = ids;
        connection.setAutoCommit(false);
    }

    /** Stores the notifications of one submission and its outbox row, and commits. */
    List<NotificationId> accept(int count) throws SQLException {
        var accepted = ids.consecutive(count);
        try (var statement = connection.prepareStatement(INSERT_SUBMISSION)) {
            statement.setObject(1, accepted.getFirst().value());
            statement.setObject(2, accepted.getLast().value());
            statement.setObject(3, tenant);
            statement.executeUpdate();
        }
        rows.begin();
        for (int user = 0; user < count; user++) {
            rows.row(NOTIFICATION.length);
            rows.uuid(tenant);
            rows.uuid(accepted.get(user).value());
            rows.text(CopyRows.text(Requests.name(user)));
            rows.smallint(Channel.EMAIL.code());
            rows.smallint(Lane.EMAIL.code());
            rows.text(template);
            rows.integer(1);
            rows.text(category);
            rows.smallint(Guarantee.AT_LEAST_ONCE.code());
            rows.text(CopyRows.text(Requests.payload(user)));
            rows.nothing();
            rows.nothing();
        }
        copy(COPY_NOTIFICATIONS);
        connection.commit();
        return accepted;
    }

    /** Stores one notification and its outbox row with one statement, and commits. */
    NotificationId acceptOne() throws SQLException {
        var id = ids.consecutive(1).getFirst();
        try (var statement = connection.prepareStatement(INSERT_ONE)) {
            int at = 0;
            statement.setObject(++at, id.value());
            statement.setObject(++at, id.value());
            statement.setObject(++at, tenant);
            statement.setObject(++at, tenant);
            statement.setObject(++at, id.value());
            statement.setString(++at, Requests.name(0));
            statement.setShort(++at, Channel.EMAIL.code());
            statement.setShort(++at, Lane.EMAIL.code());
            statement.setString(++at, Requests.TEMPLATE);
            statement.setInt(++at, 1);
            statement.setString(++at, "transactional");
            statement.setShort(++at, Guarantee.AT_LEAST_ONCE.code());
            statement.setString(++at, Requests.payload(0));
            statement.setString(++at, null);
            statement.setString(++at, null);
            statement.executeUpdate();
        }
        connection.commit();
        return id;
    }

    /** Appends the claim and the outcome of each, in a transaction each. */
    void deliver(List<UUID> notifications) throws SQLException {
        append(notifications, 1, EventKind.CLAIMED, Status.SENDING);
        append(notifications, 2, EventKind.SENT, Status.SENT);
    }

    private void append(List<UUID> notifications, int sequence, EventKind kind, Status status)
            throws SQLException {
        var now = Clock.systemUTC().instant();
        var at = CopyRows.timestamp(now);
        var until = CopyRows.timestamp(now.plus(LEASE));
        rows.begin();
        for (var notification : notifications) {
            rows.row(EVENT.length);
            rows.uuid(notification);
            rows.smallint(sequence);
            rows.smallint(kind.code());
            rows.smallint(status.code());
            rows.smallint(1);
            rows.bigint(at);
            if (status == Status.SENDING) {
                rows.bigint(until);
            } else {
                rows.nothing();
            }
        }
        copy(COPY_EVENTS);
        connection.commit();
    }

    private void copy(String command) throws SQLException {
        var bytes = rows.end();
        var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(command);
        copy.writeToCopy(bytes, 0, bytes.length);
        copy.endCopy();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
