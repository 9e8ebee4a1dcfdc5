package io.herald.adapter.postgres;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.Channel;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.notification.UserId;
import io.herald.outbox.Turn;
import io.herald.submission.KeptAnswer;
import io.herald.submission.Notification;
import io.herald.submission.NotificationFilter;
import io.herald.submission.Notifications;
import io.herald.template.ContentDocument;
import io.herald.template.Wording;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code notification}, and the outbox rows of each submission. */
public final class PostgresNotifications implements Notifications {
    // What a record weighs beside its payload and metadata.
    private static final int ROW_BYTES = 512;

    static final String ACCEPT =
            """
            WITH submission AS (
                INSERT INTO outbox (tenant_id, sequence, attempt, lane, first_id, last_id,
                                    notifications, bytes, available_at, turn)
                SELECT ?::uuid, 0, 1, s.*
                FROM unnest(?::int[], ?::uuid[], ?::uuid[], ?::int[], ?::int[],
                            ?::timestamptz[], ?::timestamptz[]) AS s
                ON CONFLICT (first_id, sequence) DO NOTHING
            )
            INSERT INTO notification (tenant_id, id, user_id, channel, lane, template,
                                      template_version, category, guarantee, payload, metadata,
                                      traceparent, contact_point, content, scheduled_for,
                                      expires_at)
            SELECT ?::uuid, n.id, n.user_id, n.channel, n.lane, n.template, n.template_version,
                   n.category, n.guarantee, n.payload::json, n.metadata::json, n.traceparent,
                   n.contact_point, n.content::json, n.scheduled_for, n.expires_at
            FROM unnest(?::uuid[], ?::text[], ?::int[], ?::int[], ?::text[], ?::int[], ?::text[],
                        ?::int[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
                        ?::timestamptz[], ?::timestamptz[])
                AS n (id, user_id, channel, lane, template, template_version, category, guarantee,
                      payload, metadata, traceparent, contact_point, content, scheduled_for,
                      expires_at)
            ON CONFLICT (tenant_id, id) DO NOTHING\
            """;

    static final String FIND =
            """
            SELECT n.*, e.*, CASE WHEN n.scheduled_for IS NOT NULL THEN (
                SELECT until FROM event
                WHERE notification_id = n.id AND notification_id = ? AND kind IN (9, 10)
                ORDER BY sequence DESC LIMIT 1
            ) END AS last_scheduled_for
            FROM notification AS n
            LEFT JOIN LATERAL (
                SELECT * FROM event WHERE notification_id = n.id AND notification_id = ?
                ORDER BY sequence DESC LIMIT 1
            ) AS e ON true
            WHERE n.tenant_id = ? AND n.id = ?\
            """;

    private final Database database;
    private final Clock clock;
    private final Duration grace;

    /**
     * @param grace how long a submission is left to the call that made it, before the relay takes
     *     it up
     */
    public PostgresNotifications(Database database, Clock clock, Duration grace) {
        this.database = database;
        this.clock = clock;
        this.grace = grace;
    }

    @Override
    public void accept(List<Notification> notifications, Map<Lane, Turn> turns) {
        if (notifications.stream().allMatch(one -> one.scheduling().isEmpty())) {
            database.write(connection -> accept(connection, notifications, turns));
        } else {
            database.transaction(connection -> accept(connection, notifications, turns));
        }
    }

    @Override
    public Once acceptOnce(
            TenantId tenant,
            List<Notification> notifications,
            Map<Lane, Turn> turns,
            List<KeptAnswer> answers) {
        return database.transaction(connection -> {
            var kept = PostgresKeptAnswers.keep(connection, tenant, answers, clock);
            if (kept != Once.STORED) {
                connection.rollback();
                return kept;
            }
            if (!notifications.isEmpty()) {
                accept(connection, notifications, turns);
            }
            return Once.STORED;
        });
    }

    private int accept(
            Connection connection, List<Notification> notifications, Map<Lane, Turn> turns)
            throws SQLException {
        try {
            return insert(connection, notifications, turns);
        } catch (SQLException e) {
            if (!SqlErrors.isWithoutPartition(e)) {
                throw e;
            }
            // The request is not to blame: it is accepted when the clock is right again, or the
            // partitions are made.
            throw new StoreUnavailableException(
                    "there is no partition for %s: the clock of this environment is wrong, or maintenance does not run"
                            .formatted(notifications.getFirst().id().acceptedAt()),
                    e);
        }
    }

    private int insert(
            Connection connection, List<Notification> notifications, Map<Lane, Turn> turns)
            throws SQLException {
        var tenant = notifications.getFirst().tenant();
        var scheduled = notifications.stream().flatMap(one -> one.scheduling().stream()).toList();
        var contents = notifications.stream().map(PostgresNotifications::contentOf).toList();
        var payloads = notifications.stream().map(row -> Json.write(row.payload())).toList();
        var metadata =
                notifications.stream().map(row -> Json.writeNullable(row.metadata())).toList();
        try (var statement = connection.prepareStatement(ACCEPT)) {
            statement.setObject(1, tenant.value());
            bindWaiting(statement, waiting(notifications, payloads, metadata, contents), turns);
            statement.setObject(9, tenant.value());
            bindColumns(statement, notifications, payloads, metadata, contents);
            statement.executeUpdate();
        }
        return scheduled.isEmpty() ? 0 : PostgresTimeline.append(connection, scheduled).size();
    }

    /** What a lane has of a submission; all of it is sent at once. */
    private record Waiting(
            Lane lane, NotificationId first, NotificationId last, int notifications, int bytes) {

        Waiting with(Waiting next) {
            return new Waiting(
                    lane, first, next.last, notifications + next.notifications, bytes + next.bytes);
        }
    }

    private static Collection<Waiting> waiting(
            List<Notification> notifications,
            List<String> payloads,
            List<? extends @Nullable String> metadata,
            List<? extends @Nullable String> contents) {
        var lanes = new EnumMap<Lane, Waiting>(Lane.class);
        for (int i = 0; i < notifications.size(); i++) {
            var one = notifications.get(i);
            if (one.scheduling().isEmpty()) {
                int bytes =
                        ROW_BYTES
                                + payloads.get(i).length()
                                + lengthOf(metadata.get(i))
                                + lengthOf(contents.get(i));
                lanes.merge(
                        one.lane(),
                        new Waiting(one.lane(), one.id(), one.id(), 1, bytes),
                        Waiting::with);
            }
        }
        return lanes.values();
    }

    private static int lengthOf(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private void bindWaiting(
            PreparedStatement statement, Collection<Waiting> rows, Map<Lane, Turn> turns)
            throws SQLException {
        var connection = statement.getConnection();
        var now = clock.instant();
        statement.setArray(2, SqlValues.integers(connection, rows, row -> row.lane().code()));
        statement.setArray(3, SqlValues.uuids(connection, rows, row -> row.first().value()));
        statement.setArray(4, SqlValues.uuids(connection, rows, row -> row.last().value()));
        statement.setArray(5, SqlValues.integers(connection, rows, Waiting::notifications));
        statement.setArray(6, SqlValues.integers(connection, rows, Waiting::bytes));
        statement.setArray(
                7,
                SqlValues.instants(
                        connection,
                        rows,
                        row -> turnOf(row, turns).held() ? now : now.plus(grace)));
        statement.setArray(8, SqlValues.instants(connection, rows, row -> turnOf(row, turns).at()));
    }

    private static Turn turnOf(Waiting row, Map<Lane, Turn> turns) {
        return requireNonNull(turns.get(row.lane()));
    }

    private static void bindColumns(
            PreparedStatement statement,
            List<Notification> rows,
            List<String> payloads,
            List<? extends @Nullable String> metadata,
            List<? extends @Nullable String> contents)
            throws SQLException {
        var connection = statement.getConnection();
        statement.setArray(10, SqlValues.uuids(connection, rows, row -> row.id().value()));
        statement.setArray(11, SqlValues.texts(connection, rows, row -> row.recipient().userId()));
        statement.setArray(12, SqlValues.integers(connection, rows, row -> row.channel().code()));
        statement.setArray(13, SqlValues.integers(connection, rows, row -> row.lane().code()));
        statement.setArray(14, SqlValues.texts(connection, rows, row -> row.wording().template()));
        statement.setArray(
                15,
                SqlValues.nullableIntegers(
                        connection, rows, row -> row.wording().templateVersion()));
        statement.setArray(16, SqlValues.texts(connection, rows, Notification::category));
        statement.setArray(17, SqlValues.integers(connection, rows, row -> row.guarantee().code()));
        statement.setArray(18, SqlValues.texts(connection, payloads, text -> text));
        statement.setArray(19, SqlValues.texts(connection, metadata, text -> text));
        statement.setArray(20, SqlValues.texts(connection, rows, Notification::traceparent));
        statement.setArray(
                21, SqlValues.texts(connection, rows, row -> row.recipient().contactPoint()));
        statement.setArray(22, SqlValues.texts(connection, contents, text -> text));
        statement.setArray(
                23, SqlValues.instants(connection, rows, row -> row.timing().scheduledFor()));
        statement.setArray(
                24, SqlValues.instants(connection, rows, row -> row.timing().expiresAt()));
    }

    @Override
    public Optional<Current> find(TenantId tenant, NotificationId id) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(FIND)) {
                statement.setObject(1, id.value());
                statement.setObject(2, id.value());
                statement.setObject(3, tenant.value());
                statement.setObject(4, id.value());
                try (var results = statement.executeQuery()) {
                    return results.next()
                            ? Optional.of(
                                    read(results, Json.readObject(results.getString("payload"))))
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public Found list(
            TenantId tenant,
            NotificationFilter filter,
            @Nullable NotificationId before,
            int limit) {
        return database.read(connection ->
                PostgresNotificationLists.list(connection, tenant, filter, before, limit));
    }

    private static @Nullable String contentOf(Notification notification) {
        var content = notification.wording().content();
        return content == null ? null : Json.write(ContentDocument.write(content));
    }

    private static Recipient recipient(ResultSet results) throws SQLException {
        var user = results.getString("user_id");
        return user == null
                ? new Recipient.At(results.getString("contact_point"))
                : new Recipient.OfUser(new UserId(user));
    }

    private static Wording wording(ResultSet results) throws SQLException {
        var template = results.getString("template");
        return template == null
                ? new Wording.Own(
                        ContentDocument.read(
                                Json.read(results.getString("content")),
                                results.getString("category")))
                : new Wording.OfTemplate(template, results.getInt("template_version"));
    }

    static Current read(ResultSet results, ObjectNode payload) throws SQLException {
        var id = new NotificationId(SqlValues.uuid(results, "id"));
        var notification =
                new Notification(
                        new TenantId(SqlValues.uuid(results, "tenant_id")),
                        id,
                        recipient(results),
                        Channel.ofCode(results.getShort("channel")),
                        Lane.ofCode(results.getShort("lane")),
                        wording(results),
                        results.getString("category"),
                        Guarantee.ofCode(results.getShort("guarantee")),
                        payload,
                        Json.readNullableObject(results.getString("metadata")),
                        results.getString("traceparent"),
                        new Timing(
                                SqlValues.nullableInstant(results, "scheduled_for"),
                                SqlValues.nullableInstant(results, "expires_at")));
        return new Current(
                notification,
                EventColumns.readIfAny(results, id),
                SqlValues.nullableInstant(results, "last_scheduled_for"));
    }
}
