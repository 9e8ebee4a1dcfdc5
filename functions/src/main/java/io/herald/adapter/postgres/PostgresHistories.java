package io.herald.adapter.postgres;

import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.receipt.Histories;
import io.herald.receipt.Subject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables {@code notification} and {@code event}, read together. */
public final class PostgresHistories implements Histories {
    // OFFSET 0 keeps one index scan for each row, in its own partition.
    static final String OF =
            """
            SELECT n.tenant_id, n.id, e.*
            FROM unnest(?::uuid[], ?::uuid[]) AS wanted (tenant_id, id)
            CROSS JOIN LATERAL (
                SELECT tenant_id, id FROM notification
                WHERE tenant_id = wanted.tenant_id AND id = wanted.id AND id BETWEEN ? AND ?
                OFFSET 0
            ) AS n
            LEFT JOIN LATERAL (
                SELECT * FROM event
                WHERE notification_id = wanted.id AND notification_id BETWEEN ? AND ?
                OFFSET 0
            ) AS e ON true
            ORDER BY n.id, e.sequence\
            """;

    private final Database database;

    public PostgresHistories(Database database) {
        this.database = database;
    }

    @Override
    public Map<Subject, List<Event>> of(Collection<Subject> subjects) {
        if (subjects.isEmpty()) {
            return Map.of();
        }
        var bounds = IdBounds.of(subjects.stream().map(Subject::notification).toList());
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(OF)) {
                statement.setArray(
                        1,
                        SqlValues.uuids(connection, subjects, subject -> subject.tenant().value()));
                statement.setArray(
                        2,
                        SqlValues.uuids(
                                connection, subjects, subject -> subject.notification().value()));
                statement.setObject(3, bounds.least());
                statement.setObject(4, bounds.greatest());
                statement.setObject(5, bounds.least());
                statement.setObject(6, bounds.greatest());
                var histories = new HashMap<Subject, List<Event>>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        var id = new NotificationId(SqlValues.uuid(results, "id"));
                        var tenant = new TenantId(SqlValues.uuid(results, "tenant_id"));
                        var events =
                                histories.computeIfAbsent(
                                        new Subject(tenant, id), _ -> new ArrayList<>());
                        var event = EventColumns.readIfAny(results, id);
                        if (event != null) {
                            events.add(event);
                        }
                    }
                }
                return histories;
            }
        });
    }
}
