package io.herald.adapter.postgres;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.audience.ContactPoints;
import io.herald.audience.PushProvider;
import io.herald.audience.PushToken;
import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code recipient}; {@code user} is a word of SQL. */
public final class PostgresUsers implements Users {
    private static final String INSERT =
            """
            INSERT INTO recipient AS r (email, phone, webhook_url, push_tokens, locale, timezone,
                                        attributes, tenant_id, user_id, version, created_at,
                                        updated_at)
            VALUES (?, ?, ?, ?::jsonb, ?, ?, ?::json, ?, ?, ?, ?, ?)
            ON CONFLICT (tenant_id, user_id)\
            """;

    // What is the same already is no change, and keeps its version and time, and with them the text
    // of its attributes. In what RETURNING gives, xmax is 0 only for a row that was not there
    // before.
    private static final String PUT =
            INSERT
                    + """
                     DO UPDATE
                    SET (email, phone, webhook_url, push_tokens, locale, timezone, attributes,
                         version, updated_at) = (
                        SELECT excluded.email, excluded.phone, excluded.webhook_url,
                               excluded.push_tokens, excluded.locale, excluded.timezone,
                               CASE WHEN changed THEN excluded.attributes ELSE r.attributes END,
                               CASE WHEN changed THEN r.version + 1 ELSE r.version END,
                               CASE WHEN changed THEN excluded.updated_at ELSE r.updated_at END
                        FROM (SELECT (r.email, r.phone, r.webhook_url, r.push_tokens, r.locale,
                                      r.timezone, r.attributes::jsonb)
                            IS DISTINCT FROM (excluded.email, excluded.phone, excluded.webhook_url,
                                              excluded.push_tokens, excluded.locale,
                                              excluded.timezone, excluded.attributes::jsonb) AS changed
                        ) AS c
                    )
                    RETURNING *, xmax = 0 AS created\
                    """;

    private static final String CREATE = INSERT + " DO NOTHING RETURNING *";

    private static final String REPLACE =
            """
            UPDATE recipient
            SET email = ?, phone = ?, webhook_url = ?, push_tokens = ?::jsonb, locale = ?,
                timezone = ?, attributes = ?::json, version = version + 1, updated_at = ?
            WHERE tenant_id = ? AND user_id = ? AND version = ?
            RETURNING *\
            """;

    private static final String DELETE =
            "DELETE FROM recipient WHERE tenant_id = ? AND user_id = ? AND version = ?";

    static final String CONTACT_POINTS =
            """
            SELECT tenant_id, user_id, email, webhook_url, version
            FROM unnest(?::uuid[], ?::text[]) AS wanted (tenant_id, user_id)
            JOIN recipient USING (tenant_id, user_id)\
            """;

    private static final String NEWEST =
            "SELECT * FROM recipient WHERE tenant_id = ? AND user_id = ?";

    static final String LIST =
            """
            SELECT * FROM recipient WHERE tenant_id = ? AND user_id > ?
            ORDER BY user_id LIMIT ?\
            """;

    // Lower case as Postgres makes it, on both sides.
    static final String WITH_EMAIL =
            """
            SELECT * FROM recipient
            WHERE tenant_id = ? AND lower(email) = lower(?) AND user_id > ?
            ORDER BY user_id LIMIT ?\
            """;

    private final Database database;
    private final Clock clock;

    public PostgresUsers(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Stored put(UserKey key, UserDetails details) {
        var now = clock.instant();
        return database.write(connection -> {
            try (var statement = connection.prepareStatement(PUT)) {
                bindNew(statement, key, details, now);
                try (var results = statement.executeQuery()) {
                    results.next();
                    return new Stored(user(results), results.getBoolean("created"));
                }
            }
        });
    }

    @Override
    public Optional<User> putIfUnchanged(UserKey key, UserDetails details, long seen) {
        var now = clock.instant();
        // In a transaction, as a second run would find what the first one has changed.
        return database.transaction(connection -> {
            boolean absent = seen == User.NO_VERSION;
            try (var statement = connection.prepareStatement(absent ? CREATE : REPLACE)) {
                if (absent) {
                    bindNew(statement, key, details, now);
                } else {
                    int next = bind(statement, details);
                    statement.setObject(next, SqlValues.timestamp(now));
                    bindSeen(statement, next + 1, key, seen);
                }
                return users(statement).stream().findFirst();
            }
        });
    }

    @Override
    public boolean delete(UserKey key, long seen) {
        return database.transaction(connection -> {
            try (var statement = connection.prepareStatement(DELETE)) {
                bindSeen(statement, 1, key, seen);
                return statement.executeUpdate() == 1;
            }
        });
    }

    @Override
    public Map<UserKey, ContactPoints> contactPoints(Collection<UserKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(CONTACT_POINTS)) {
                statement.setArray(
                        1, SqlValues.uuids(connection, keys, key -> key.tenant().value()));
                statement.setArray(2, SqlValues.texts(connection, keys, key -> key.user().value()));
                var found = new HashMap<UserKey, ContactPoints>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        found.put(
                                new UserKey(
                                        new TenantId(SqlValues.uuid(results, "tenant_id")),
                                        new UserId(results.getString("user_id"))),
                                new ContactPoints(
                                        results.getString("email"),
                                        results.getString("webhook_url"),
                                        results.getLong("version")));
                    }
                }
                return found;
            }
        });
    }

    @Override
    public Optional<User> newest(UserKey key) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(NEWEST)) {
                statement.setObject(1, key.tenant().value());
                statement.setString(2, key.user().value());
                return users(statement).stream().findFirst();
            }
        });
    }

    @Override
    public List<User> list(TenantId tenant, @Nullable UserId after, int limit) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(LIST)) {
                statement.setObject(1, tenant.value());
                statement.setString(2, after == null ? "" : after.value());
                statement.setInt(3, limit);
                return users(statement);
            }
        });
    }

    @Override
    public List<User> withEmail(TenantId tenant, String email, @Nullable UserId after, int limit) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(WITH_EMAIL)) {
                statement.setObject(1, tenant.value());
                statement.setString(2, SqlValues.text(email));
                statement.setString(3, after == null ? "" : after.value());
                statement.setInt(4, limit);
                return users(statement);
            }
        });
    }

    private static void bindNew(
            PreparedStatement statement, UserKey key, UserDetails details, Instant now)
            throws SQLException {
        int next = bind(statement, details);
        bindSeen(statement, next, key, ChronoUnit.MICROS.between(Instant.EPOCH, now));
        statement.setObject(next + 3, SqlValues.timestamp(now));
        statement.setObject(next + 4, SqlValues.timestamp(now));
    }

    /**
     * @return the index of the next parameter
     */
    private static int bind(PreparedStatement statement, UserDetails details) throws SQLException {
        statement.setString(1, SqlValues.text(details.email()));
        statement.setString(2, SqlValues.text(details.phone()));
        statement.setString(3, SqlValues.text(details.webhookUrl()));
        statement.setString(4, Json.writeForJsonb(json(details.pushTokens())));
        statement.setString(5, SqlValues.text(details.locale()));
        statement.setString(6, SqlValues.text(details.timezone()));
        statement.setString(7, Json.writeForJsonb(details.attributes()));
        return 8;
    }

    private static void bindSeen(PreparedStatement statement, int first, UserKey key, long version)
            throws SQLException {
        statement.setObject(first, key.tenant().value());
        statement.setString(first + 1, key.user().value());
        statement.setLong(first + 2, version);
    }

    private static List<User> users(PreparedStatement statement) throws SQLException {
        var users = new ArrayList<User>();
        try (var results = statement.executeQuery()) {
            while (results.next()) {
                users.add(user(results));
            }
        }
        return users;
    }

    private static User user(ResultSet results) throws SQLException {
        return new User(
                new UserId(results.getString("user_id")),
                new UserDetails(
                        results.getString("email"),
                        results.getString("phone"),
                        results.getString("webhook_url"),
                        pushTokens(results.getString("push_tokens")),
                        results.getString("locale"),
                        results.getString("timezone"),
                        Json.readObject(results.getString("attributes"))),
                results.getLong("version"),
                SqlValues.instant(results, "created_at"),
                SqlValues.instant(results, "updated_at"));
    }

    private static JsonNode json(List<PushToken> tokens) {
        var array = Json.MAPPER.createArrayNode();
        tokens.forEach(token ->
                array.addObject()
                        .put("provider", token.provider().text())
                        .put("token", token.token()));
        return array;
    }

    private static List<PushToken> pushTokens(String json) {
        return Json.readArray(json)
                .valueStream()
                .flatMap(token ->
                        // A newer version of ours may know one more.
                        PushProvider.ofText(token.path("provider").asText()).stream()
                                .map(provider ->
                                        new PushToken(provider, token.path("token").asText())))
                .toList();
    }
}
