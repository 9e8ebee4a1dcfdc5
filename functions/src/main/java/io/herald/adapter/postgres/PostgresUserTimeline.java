package io.herald.adapter.postgres;

import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.notification.UserTimeline;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tables {@code notification} and {@code event}, by user. */
public final class PostgresUserTimeline implements UserTimeline {
    // Each notification has an entry at least, its acceptance; so that many notifications are
    // enough, and one more, of which all may have been shown.
    static final String OF =
            """
            SELECT n.id, n.channel, n.template, e.*
            FROM (
                SELECT id, channel, template FROM notification
                WHERE tenant_id = ? AND user_id = ? AND id <= ?
                ORDER BY id DESC LIMIT ?
            ) AS n
            CROSS JOIN LATERAL (
                SELECT sequence, kind, status, attempt, at, until, reason_code, reason_words,
                       reference, about
                FROM event WHERE notification_id = n.id
                UNION ALL
                SELECT 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
            ) AS e
            WHERE (n.id, e.sequence) < (?, ?)
            ORDER BY n.id DESC, e.sequence DESC LIMIT ?\
            """;

    private static final Position BEGINNING =
            new Position(new NotificationId(new UUID(-1L, -1L)), 0);

    private final Database database;

    public PostgresUserTimeline(Database database) {
        this.database = database;
    }

    @Override
    public List<Entry> of(TenantId tenant, UserId user, @Nullable Position before, int limit) {
        var from = before == null ? BEGINNING : before;
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(OF)) {
                statement.setObject(1, tenant.value());
                statement.setString(2, user.value());
                statement.setObject(3, from.notification().value());
                statement.setInt(4, limit + 1);
                statement.setObject(5, from.notification().value());
                statement.setInt(6, from.sequence());
                statement.setInt(7, limit);
                var entries = new ArrayList<Entry>(limit);
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        var id = new NotificationId(SqlValues.uuid(results, "id"));
                        boolean accepted = results.getInt("sequence") == 0;
                        entries.add(
                                new Entry(
                                        id,
                                        Channel.ofCode(results.getShort("channel")),
                                        results.getString("template"),
                                        accepted ? null : EventColumns.read(results, id)));
                    }
                }
                return entries;
            }
        });
    }
}
