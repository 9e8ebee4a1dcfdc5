package io.herald.adapter.postgres;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.deadletter.DeadLetter;
import io.herald.deadletter.DeadLetterFilter;
import io.herald.deadletter.DeadLetterId;
import io.herald.deadletter.DeadLetters.Found;
import io.herald.notification.EventKind;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The notifications that failed and were neither replayed nor discarded since. Walks over the
 * tenant's failures from the newest id on, and looks up step by step what the index does not know;
 * so the walk ends after {@value #STEPS} of them, as every list's does.
 *
 * @param from the smallest id that is meant
 * @param to greater than every id that is meant
 */
record PostgresDeadLetterWalk(
        DeadLetterFilter filter, OffsetDateTime failedUntil, UUID from, UUID to) {
    static final int STEPS = PostgresNotificationLists.STEPS;

    private static final OffsetDateTime EVER = OffsetDateTime.parse("9999-12-31T00:00:00Z");

    private static final String NOTIFICATION =
            """
            tenant_id, user_id, channel, lane, template, template_version, category, guarantee,
                       NULL AS metadata, traceparent, contact_point, '{}' AS content, scheduled_for,
                       expires_at, NULL::timestamptz AS last_scheduled_for\
            """;

    // Whatever was said of it since, it stays discarded until something else than FAILED holds.
    private static final String DISCARDED =
            """
            SELECT coalesce(max(sequence) FILTER (WHERE kind = %d), 0)
                       > coalesce(max(sequence) FILTER (WHERE status <> %d), 0) AS discarded
                FROM event\
            """
                    .formatted(EventKind.DISCARDED.code(), Status.FAILED.code());

    // As in the list of a rare status: only a notification's newest event counts.
    static final String LIST =
            """
            SELECT r.id, r.step, n.*, e.*, n.fits IS TRUE AS matches
            FROM (
                SELECT *, row_number() OVER (ORDER BY id DESC, sequence DESC) AS step
                FROM (
                    SELECT notification_id AS id, sequence
                    FROM event
                    WHERE tenant_of_rare = ? AND status = %d
                        AND notification_id >= ? AND notification_id < ?
                    ORDER BY notification_id DESC, sequence DESC LIMIT ?
                ) AS walk
            ) AS r
            CROSS JOIN LATERAL (
                SELECT * FROM event
                WHERE notification_id = r.id
                ORDER BY sequence DESC LIMIT 1
            ) AS e
            CROSS JOIN LATERAL (
                %s
                WHERE notification_id = r.id AND e.sequence = r.sequence
            ) AS d
            LEFT JOIN LATERAL (
                SELECT %s,
                       channel IS NOT DISTINCT FROM coalesce(?::int, channel)
                           AND template IS NOT DISTINCT FROM coalesce(?::text, template) AS fits
                FROM notification
                WHERE tenant_id = ? AND id = r.id AND e.sequence = r.sequence AND NOT d.discarded
                    AND e.at <= ?
                    AND e.reason_code IS NOT DISTINCT FROM coalesce(?::text, e.reason_code)
                LIMIT 1
            ) AS n ON true
            WHERE n.fits OR r.step = ?
            ORDER BY r.id DESC, r.sequence DESC LIMIT ?\
            """
                    .formatted(Status.FAILED.code(), DISCARDED, NOTIFICATION);

    static final String FIND =
            """
            SELECT r.id, n.*, e.*
            FROM unnest(?::uuid[]) AS r (id)
            CROSS JOIN LATERAL (
                SELECT %s FROM notification
                WHERE tenant_id = ? AND id = r.id AND id BETWEEN ? AND ?
                LIMIT 1
            ) AS n
            CROSS JOIN LATERAL (
                SELECT * FROM event
                WHERE notification_id = r.id AND notification_id BETWEEN ? AND ?
                ORDER BY sequence DESC LIMIT 1
            ) AS e
            CROSS JOIN LATERAL (
                %s
                WHERE notification_id = r.id AND notification_id BETWEEN ? AND ?
            ) AS d
            WHERE e.status = %d AND NOT d.discarded\
            """
                    .formatted(NOTIFICATION, DISCARDED, Status.FAILED.code());

    static PostgresDeadLetterWalk of(
            DeadLetterFilter filter, @Nullable Instant failedUntil, @Nullable DeadLetterId before) {
        var from =
                PostgresNotificationLists.bound(
                        filter.createdAfter(), PostgresNotificationLists.FIRST);
        var end =
                new DeadLetterId(
                        PostgresNotificationLists.bound(
                                filter.createdBefore(), PostgresNotificationLists.AFTER_ALL));
        return new PostgresDeadLetterWalk(
                filter,
                failedUntil == null ? EVER : SqlValues.timestamp(failedUntil),
                from,
                (before == null || before.compareTo(end) > 0 ? end : before).value());
    }

    Found list(Connection connection, TenantId tenant, int limit) throws SQLException {
        try (var statement = connection.prepareStatement(LIST)) {
            var channel = filter.channel();
            statement.setObject(1, tenant.value());
            statement.setObject(2, from);
            statement.setObject(3, to);
            statement.setInt(4, STEPS);
            statement.setObject(5, channel == null ? null : channel.code(), Types.INTEGER);
            statement.setString(6, filter.template());
            statement.setObject(7, tenant.value());
            statement.setObject(8, failedUntil);
            statement.setString(9, filter.cause());
            statement.setInt(10, STEPS);
            statement.setInt(11, limit);
            var letters = new ArrayList<DeadLetter>();
            DeadLetterId searchedTo = null;
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    if (results.getInt("step") == STEPS) {
                        searchedTo = new DeadLetterId(SqlValues.uuid(results, "id"));
                    }
                    if (results.getBoolean("matches")) {
                        letters.add(letter(results));
                    }
                }
            }
            return new Found(letters, letters.size() < limit ? searchedTo : null);
        }
    }

    /** Those of the ids that are such notifications of the tenant. */
    static List<DeadLetter> find(
            Connection connection, TenantId tenant, Collection<DeadLetterId> ids)
            throws SQLException {
        var bounds = IdBounds.of(ids.stream().map(DeadLetterId::asNotification).collect(toSet()));
        try (var statement = connection.prepareStatement(FIND)) {
            statement.setArray(1, SqlValues.uuids(connection, ids, DeadLetterId::value));
            statement.setObject(2, tenant.value());
            for (int i = 3; i <= 7; i += 2) {
                statement.setObject(i, bounds.least());
                statement.setObject(i + 1, bounds.greatest());
            }
            var letters = new ArrayList<DeadLetter>();
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    letters.add(letter(results));
                }
            }
            return letters;
        }
    }

    private static DeadLetter letter(ResultSet results) throws SQLException {
        var current = PostgresNotifications.read(results, JsonNodeFactory.instance.objectNode());
        var newest = current.newest();
        if (newest == null) {
            throw new IllegalStateException("a notification without an event has not failed");
        }
        return new DeadLetter.OfNotification(current.notification(), newest);
    }
}
