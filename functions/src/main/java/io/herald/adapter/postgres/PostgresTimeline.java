package io.herald.adapter.postgres;

import static java.util.Comparator.comparing;

import io.herald.notification.Event;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Timeline;
import io.herald.notification.Transition;
import io.herald.notification.UnstorableEventException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table {@code event}, and the rows of {@code due} and {@code outbox} that go with it. */
public final class PostgresTimeline implements Timeline {
    static final String APPEND =
            """
            INSERT INTO event (notification_id, sequence, kind, status, attempt, at, until,
                               reason_code, reason_words, reference, about, tenant_of_rare)
            SELECT * FROM unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::int[],
                                 ?::timestamptz[], ?::timestamptz[], ?::text[], ?::text[], ?::text[],
                                 ?::int[], ?::uuid[])
            ON CONFLICT (notification_id, sequence) DO NOTHING
            RETURNING notification_id\
            """;

    // One statement, so one transaction and one round trip: what did not win has no consequence.
    static final String APPEND_WITH_CONSEQUENCES =
            """
            WITH wanted AS MATERIALIZED (
                SELECT * FROM unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::int[],
                                     ?::timestamptz[], ?::timestamptz[], ?::text[], ?::text[], ?::text[],
                                     ?::int[], ?::uuid[], ?::uuid[], ?::timestamptz[], ?::int[],
                                     ?::bool[])
                    AS w(notification_id, sequence, kind, status, attempt, at, until,
                         reason_code, reason_words, reference, about, tenant_of_rare,
                         tenant_id, due_at, consumes, release)
            ), stored AS (
                INSERT INTO event (notification_id, sequence, kind, status, attempt, at, until,
                                   reason_code, reason_words, reference, about, tenant_of_rare)
                SELECT notification_id, sequence, kind, status, attempt, at, until,
                       reason_code, reason_words, reference, about, tenant_of_rare
                FROM wanted
                ON CONFLICT (notification_id, sequence) DO NOTHING
                RETURNING notification_id
            ), won AS MATERIALIZED (
                SELECT wanted.* FROM wanted JOIN stored USING (notification_id)
            ), consumed AS (
                DELETE FROM due USING won
                WHERE due.notification_id = won.notification_id AND due.sequence = won.consumes
            ), watched AS (
                INSERT INTO due (notification_id, sequence, tenant_id, due_at)
                SELECT notification_id, sequence, tenant_id, due_at
                FROM won WHERE due_at IS NOT NULL
                ON CONFLICT (notification_id, sequence) DO UPDATE SET due_at = excluded.due_at
            ), released AS (
                INSERT INTO outbox (first_id, last_id, sequence, tenant_id, attempt, available_at,
                                    lane, turn)
                SELECT notification_id, notification_id, sequence, tenant_id, attempt + 1, at,
                       coalesce((SELECT lane FROM notification
                                 WHERE tenant_id = won.tenant_id AND id = won.notification_id), -1),
                       at
                FROM won WHERE release
                ON CONFLICT (first_id, sequence) DO NOTHING
            )
            SELECT notification_id FROM stored\
            """;

    static final String NEWEST =
            """
            SELECT e.* FROM unnest(?::uuid[]) AS wanted (id)
            CROSS JOIN LATERAL (
                SELECT * FROM event
                WHERE notification_id = wanted.id AND notification_id BETWEEN ? AND ?
                ORDER BY sequence DESC LIMIT 1
            ) AS e\
            """;

    static final String OF = "SELECT * FROM event WHERE notification_id = ? ORDER BY sequence";

    private final Database database;

    public PostgresTimeline(Database database) {
        this.database = database;
    }

    @Override
    public Set<NotificationId> append(List<Transition> transitions) {
        if (transitions.isEmpty()) {
            return Set.of();
        }
        requireOneEach(transitions);
        // Always in the same order, so that two writers of the same batch cannot deadlock.
        var ordered = transitions.stream().sorted(comparing(PostgresTimeline::id)).toList();
        try {
            return database.write(connection -> append(connection, ordered));
        } catch (StoreException e) {
            if (!e.isDataError()) {
                throw e;
            }
            return appendOneByOne(ordered);
        }
    }

    /** Two of one notification would both go with the event of either. */
    private static void requireOneEach(List<Transition> transitions) {
        var notifications = new HashSet<NotificationId>();
        for (var transition : transitions) {
            if (!notifications.add(id(transition))) {
                throw new IllegalArgumentException(
                        "two transitions for notification " + id(transition));
            }
        }
    }

    private Set<NotificationId> appendOneByOne(List<Transition> transitions) {
        var unstorable = new HashMap<NotificationId, String>();
        var stored =
                database.transaction(connection -> {
                    unstorable.clear();
                    return appendOneByOne(connection, transitions, unstorable);
                });
        if (!unstorable.isEmpty()) {
            throw new UnstorableEventException(stored, unstorable);
        }
        return stored;
    }

    private static Set<NotificationId> appendOneByOne(
            Connection connection,
            List<Transition> transitions,
            Map<NotificationId, String> unstorable)
            throws SQLException {
        var ids = new HashSet<NotificationId>();
        for (var transition : transitions) {
            var savepoint = connection.setSavepoint();
            try {
                ids.addAll(append(connection, List.of(transition)));
                connection.releaseSavepoint(savepoint);
            } catch (SQLException e) {
                if (!SqlErrors.isDataError(e)) {
                    throw e;
                }
                connection.rollback(savepoint);
                unstorable.put(id(transition), SqlErrors.describe(e));
            }
        }
        return ids;
    }

    /**
     * Within a transaction of its caller. What can never be stored is passed over.
     *
     * @param transitions at most one for each notification
     * @return those that were stored
     */
    static Set<NotificationId> appendWithin(Connection connection, List<Transition> transitions)
            throws SQLException {
        if (transitions.isEmpty()) {
            return Set.of();
        }
        requireOneEach(transitions);
        var ordered = transitions.stream().sorted(comparing(PostgresTimeline::id)).toList();
        var savepoint = connection.setSavepoint();
        try {
            var stored = append(connection, ordered);
            connection.releaseSavepoint(savepoint);
            return stored;
        } catch (SQLException e) {
            if (!SqlErrors.isDataError(e)) {
                throw e;
            }
            connection.rollback(savepoint);
            return appendOneByOne(connection, ordered, new HashMap<>());
        }
    }

    /** In the transaction of the connection; see {@link #append(List)}. */
    static Set<NotificationId> append(Connection connection, List<Transition> transitions)
            throws SQLException {
        boolean plain = transitions.stream().noneMatch(PostgresTimeline::hasConsequences);
        var stored = new HashSet<NotificationId>();
        try (var statement =
                connection.prepareStatement(plain ? APPEND : APPEND_WITH_CONSEQUENCES)) {
            bindEvents(connection, statement, transitions);
            if (!plain) {
                bindConsequences(connection, statement, transitions);
            }
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    stored.add(new NotificationId(SqlValues.uuid(results, "notification_id")));
                }
            }
        }
        return stored;
    }

    private static void bindEvents(
            Connection connection, PreparedStatement statement, List<Transition> transitions)
            throws SQLException {
        var events = transitions.stream().map(Transition::event).toList();
        statement.setArray(
                1, SqlValues.uuids(connection, events, event -> event.notification().value()));
        statement.setArray(2, SqlValues.integers(connection, events, Event::sequence));
        statement.setArray(3, SqlValues.integers(connection, events, event -> event.kind().code()));
        statement.setArray(
                4, SqlValues.integers(connection, events, event -> event.status().code()));
        statement.setArray(5, SqlValues.integers(connection, events, Event::attempt));
        statement.setArray(6, SqlValues.instants(connection, events, Event::at));
        statement.setArray(7, SqlValues.instants(connection, events, Event::until));
        statement.setArray(8, SqlValues.texts(connection, events, reason(Reason::code)));
        statement.setArray(9, SqlValues.texts(connection, events, reason(Reason::words)));
        statement.setArray(10, SqlValues.texts(connection, events, Event::reference));
        statement.setArray(11, SqlValues.nullableIntegers(connection, events, Event::about));
        statement.setArray(
                12, SqlValues.uuids(connection, transitions, PostgresTimeline::tenantOfRare));
    }

    private static void bindConsequences(
            Connection connection, PreparedStatement statement, List<Transition> transitions)
            throws SQLException {
        statement.setArray(
                13,
                SqlValues.uuids(
                        connection, transitions, transition -> transition.tenant().value()));
        statement.setArray(14, SqlValues.instants(connection, transitions, Transition::dueAt));
        statement.setArray(
                15, SqlValues.nullableIntegers(connection, transitions, Transition::consumes));
        statement.setArray(16, SqlValues.booleans(connection, transitions, Transition::release));
    }

    @Override
    public Map<NotificationId, Event> newest(Collection<NotificationId> notifications) {
        if (notifications.isEmpty()) {
            return Map.of();
        }
        var bounds = IdBounds.of(notifications);
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(NEWEST)) {
                statement.setArray(
                        1, SqlValues.uuids(connection, notifications, NotificationId::value));
                statement.setObject(2, bounds.least());
                statement.setObject(3, bounds.greatest());
                var newest = new HashMap<NotificationId, Event>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        var id = new NotificationId(SqlValues.uuid(results, "notification_id"));
                        newest.put(id, EventColumns.read(results, id));
                    }
                }
                return newest;
            }
        });
    }

    @Override
    public List<Event> of(NotificationId notification) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(OF)) {
                statement.setObject(1, notification.value());
                var events = new ArrayList<Event>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        events.add(EventColumns.read(results, notification));
                    }
                }
                return events;
            }
        });
    }

    private static boolean hasConsequences(Transition transition) {
        return transition.dueAt() != null || transition.consumes() != null || transition.release();
    }

    private static @Nullable UUID tenantOfRare(Transition transition) {
        return transition.event().status().isRare() ? transition.tenant().value() : null;
    }

    private static NotificationId id(Transition transition) {
        return transition.event().notification();
    }

    private static Function<Event, @Nullable String> reason(Function<Reason, String> part) {
        return event -> event.reason() == null ? null : part.apply(event.reason());
    }
}
