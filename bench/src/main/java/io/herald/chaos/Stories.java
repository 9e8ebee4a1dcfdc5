package io.herald.chaos;

import io.herald.bench.PatientConnection;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.servers.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What Herald has stored of a tenant's notifications, read at the end and past the API. */
final class Stories {
    private static final String EVENTS =
            """
            SELECT e.notification_id, e.sequence, e.kind, e.status, e.attempt, e.at, e.reason_code, e.about
            FROM notification AS n JOIN event AS e ON e.notification_id = n.id
            WHERE n.tenant_id = ?
            ORDER BY e.notification_id, e.sequence\
            """;

    private static final String IN_FEED =
            "SELECT notification_id FROM inbox_message WHERE tenant_id = ?";

    private static final String OPEN =
            """
            SELECT count(*) FROM notification AS n
            LEFT JOIN LATERAL (
                SELECT status FROM event WHERE notification_id = n.id
                ORDER BY sequence DESC LIMIT 1) AS e ON true
            WHERE n.tenant_id = ? AND coalesce(e.status, %d) IN (%d, %d, %d, %d)\
            """
                    .formatted(
                            Status.PENDING.code(),
                            Status.PENDING.code(),
                            Status.SCHEDULED.code(),
                            Status.SENDING.code(),
                            Status.RETRYING.code());

    private final PostgresServer server;
    private final UUID tenant;

    Stories(PostgresServer server, UUID tenant) {
        this.server = server;
        this.tenant = tenant;
    }

    /** How many have not come to an end. */
    long open() throws SQLException {
        try (var connection = PatientConnection.to(server);
                var statement = connection.prepareStatement(OPEN)) {
            statement.setObject(1, tenant);
            try (var results = statement.executeQuery()) {
                results.next();
                return results.getLong(1);
            }
        }
    }

    /** All there are. */
    Map<NotificationId, Story> read() throws SQLException {
        var events = new HashMap<NotificationId, List<Event>>();
        var stories = new HashMap<NotificationId, Story>();
        try (var connection = PatientConnection.to(server)) {
            forEach(
                    connection,
                    EVENTS,
                    row -> {
                        var event = event(row);
                        events.computeIfAbsent(event.notification(), _ -> new ArrayList<>())
                                .add(event);
                    });
            events.forEach((id, all) -> stories.put(id, new Story(all, false)));
            forEach(
                    connection,
                    IN_FEED,
                    row ->
                            stories.computeIfPresent(
                                    id(row), (_, story) -> new Story(story.events(), true)));
        }
        return stories;
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void forEach(Connection connection, String query, Row row) throws SQLException {
        try (var statement = connection.prepareStatement(query)) {
            statement.setObject(1, tenant);
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    row.read(results);
                }
            }
        }
    }

    private static Event event(ResultSet row) throws SQLException {
        var code = row.getString("reason_code");
        return new Event(
                id(row),
                row.getInt("sequence"),
                EventKind.ofCode(row.getShort("kind")),
                Status.ofCode(row.getShort("status")),
                row.getInt("attempt"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                null,
                code == null ? null : new Reason(code, ""),
                null,
                row.getObject("about", Integer.class));
    }

    private static NotificationId id(ResultSet row) throws SQLException {
        return new NotificationId(row.getObject("notification_id", UUID.class));
    }
}
