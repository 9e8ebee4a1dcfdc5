package io.herald.adapter.postgres;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.submission.NotificationFilter;
import io.herald.submission.Notifications.Current;
import io.herald.submission.Notifications.Found;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lists of notifications. Each walks one index from the newest id on: a user's, the tenant's, or
 * that of the tenant's events of a rare status. What the index does not know is looked up step by
 * step, so the walk ends after {@value #STEPS} of them, whatever it has found. Its last step is
 * always answered, matching or not: there the next walk begins.
 */
final class PostgresNotificationLists {
    static final int STEPS = 1000;

    // The number of steps is a parameter, for whose value no generic plan is made: it would read
    // all
    // that a user is thought to have, and sort it. 0 is PENDING, where one without an event stands.
    static final String OF_USER =
            """
            SELECT n.*, e.*, m.matches, CASE WHEN n.scheduled_for IS NOT NULL THEN (
                SELECT until FROM event
                WHERE notification_id = n.id AND kind IN (9, 10)
                ORDER BY sequence DESC LIMIT 1
            ) END AS last_scheduled_for
            FROM (
                SELECT *, row_number() OVER (ORDER BY id DESC) AS step
                FROM (
                    SELECT tenant_id, id, user_id, channel, lane, template, template_version,
                           category, guarantee, metadata, traceparent, contact_point,
                           '{}' AS content, scheduled_for, expires_at,
                           channel IS NOT DISTINCT FROM coalesce(?::int, channel)
                               AND template IS NOT DISTINCT FROM coalesce(?::text, template) AS fits
                    FROM notification
                    WHERE tenant_id = ? AND user_id = ? AND id >= ? AND id < ?
                    ORDER BY id DESC LIMIT ?
                ) AS walk
            ) AS n
            LEFT JOIN LATERAL (
                SELECT * FROM event
                WHERE notification_id = n.id AND n.fits
                ORDER BY sequence DESC LIMIT 1
            ) AS e ON true
            CROSS JOIN LATERAL (
                SELECT n.fits AND coalesce(e.status, 0) = coalesce(?::int, e.status, 0) AS matches
            ) AS m
            WHERE m.matches OR n.step = ?
            ORDER BY n.id DESC LIMIT ?\
            """;

    static final String OF_TENANT = OF_USER.replace(" AND user_id = ?", "");

    // Only a notification's newest event counts, so none is found twice. A walk that ends between
    // two events of one notification has seen the newer.
    static final String OF_RARE_STATUS =
            """
            SELECT r.id, r.step, n.*, e.*, n.fits IS TRUE AS matches, CASE WHEN n.scheduled_for IS NOT NULL THEN (
                SELECT until FROM event
                WHERE notification_id = r.id AND kind IN (9, 10)
                ORDER BY sequence DESC LIMIT 1
            ) END AS last_scheduled_for
            FROM (
                SELECT *, row_number() OVER (ORDER BY id DESC, sequence DESC) AS step
                FROM (
                    SELECT notification_id AS id, sequence
                    FROM event
                    WHERE tenant_of_rare = ? AND status = ?
                        AND notification_id >= ? AND notification_id < ?
                    ORDER BY notification_id DESC, sequence DESC LIMIT ?
                ) AS walk
            ) AS r
            CROSS JOIN LATERAL (
                SELECT * FROM event
                WHERE notification_id = r.id
                ORDER BY sequence DESC LIMIT 1
            ) AS e
            LEFT JOIN LATERAL (
                SELECT tenant_id, user_id, channel, lane, template, template_version, category,
                       guarantee, metadata, traceparent, contact_point, '{}' AS content,
                       scheduled_for, expires_at,
                       channel IS NOT DISTINCT FROM coalesce(?::int, channel)
                           AND template IS NOT DISTINCT FROM coalesce(?::text, template) AS fits
                FROM notification
                WHERE tenant_id = ? AND id = r.id AND e.sequence = r.sequence
                LIMIT 1
            ) AS n ON true
            WHERE n.fits OR r.step = ?
            ORDER BY r.id DESC, r.sequence DESC LIMIT ?\
            """;

    static final UUID FIRST = new UUID(0L, 0L);
    static final UUID AFTER_ALL = new UUID(-1L, -1L);

    private PostgresNotificationLists() {}

    static Found list(
            Connection connection,
            TenantId tenant,
            NotificationFilter filter,
            @Nullable NotificationId before,
            int limit)
            throws SQLException {
        var user = filter.user();
        var status = filter.status();
        if (user == null && status != null && status.isRare()) {
            try (var statement = connection.prepareStatement(OF_RARE_STATUS)) {
                statement.setObject(1, tenant.value());
                statement.setShort(2, status.code());
                bindWalk(statement, 3, filter, before);
                bindFits(statement, 6, filter);
                statement.setObject(8, tenant.value());
                statement.setInt(9, STEPS);
                statement.setInt(10, limit);
                return found(statement, limit);
            }
        }
        try (var statement = connection.prepareStatement(user == null ? OF_TENANT : OF_USER)) {
            bindFits(statement, 1, filter);
            statement.setObject(3, tenant.value());
            int next = 4;
            if (user != null) {
                statement.setString(next++, user.value());
            }
            bindWalk(statement, next, filter, before);
            statement.setObject(next + 3, status == null ? null : status.code(), Types.INTEGER);
            statement.setInt(next + 4, STEPS);
            statement.setInt(next + 5, limit);
            return found(statement, limit);
        }
    }

    private static void bindFits(PreparedStatement statement, int first, NotificationFilter filter)
            throws SQLException {
        var channel = filter.channel();
        statement.setObject(first, channel == null ? null : channel.code(), Types.INTEGER);
        statement.setString(first + 1, filter.template());
    }

    private static void bindWalk(
            PreparedStatement statement,
            int first,
            NotificationFilter filter,
            @Nullable NotificationId before)
            throws SQLException {
        statement.setObject(first, bound(filter.createdAfter(), FIRST));
        var end = new NotificationId(bound(filter.createdBefore(), AFTER_ALL));
        statement.setObject(
                first + 1, (before == null || before.compareTo(end) > 0 ? end : before).value());
        statement.setInt(first + 2, STEPS);
    }

    /** The first id of the first millisecond that does not begin before the time. */
    static UUID bound(@Nullable Instant time, UUID otherwise) {
        if (time == null) {
            return otherwise;
        }
        var millisecond = time.truncatedTo(ChronoUnit.MILLIS);
        return NotificationId.lowerBound(
                millisecond.equals(time) ? time : millisecond.plusMillis(1));
    }

    private static Found found(PreparedStatement statement, int limit) throws SQLException {
        var notifications = new ArrayList<Current>();
        NotificationId searchedTo = null;
        try (var results = statement.executeQuery()) {
            while (results.next()) {
                if (results.getInt("step") == STEPS) {
                    searchedTo = new NotificationId(SqlValues.uuid(results, "id"));
                }
                if (results.getBoolean("matches")) {
                    notifications.add(
                            PostgresNotifications.read(
                                    results, JsonNodeFactory.instance.objectNode()));
                }
            }
        }
        return new Found(notifications, notifications.size() < limit ? searchedTo : null);
    }
}
