package io.herald.adapter.postgres;

import io.herald.audience.User;
import io.herald.audience.UserDetails;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The table {@code recipient}; {@code user} is a word of SQL. */
public final class PostgresUsers implements Users {
    // What is the same already is no change, and keeps its version and time. In what RETURNING
    // gives, xmax is 0 only for a row that was not there before.
    private static final String PUT =
            """
            INSERT INTO recipient AS r (tenant_id, user_id, email, webhook_url, locale, timezone,
                                        attributes, version, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?::jsonb, 1, ?, ?)
            ON CONFLICT (tenant_id, user_id) DO UPDATE
            SET (email, webhook_url, locale, timezone, attributes, version, updated_at) = (
                SELECT excluded.email, excluded.webhook_url, excluded.locale, excluded.timezone,
                       excluded.attributes,
                       CASE WHEN changed THEN r.version + 1 ELSE r.version END,
                       CASE WHEN changed THEN excluded.updated_at ELSE r.updated_at END
                FROM (SELECT (r.email, r.webhook_url, r.locale, r.timezone, r.attributes)
                    IS DISTINCT FROM (excluded.email, excluded.webhook_url, excluded.locale,
                                      excluded.timezone, excluded.attributes) AS changed) AS c
            )
            RETURNING *, xmax = 0 AS created\
            """;

    private static final String FIND =
            """
            SELECT r.* FROM unnest(?::uuid[], ?::text[]) AS wanted (tenant_id, user_id)
            JOIN recipient AS r USING (tenant_id, user_id)\
            """;

    private final Database database;
    private final Clock clock;

    public PostgresUsers(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Stored put(UserKey key, UserDetails details) {
        var now = SqlValues.timestamp(clock.instant());
        return database.write(connection -> {
            try (var statement = connection.prepareStatement(PUT)) {
                statement.setObject(1, key.tenant().value());
                statement.setString(2, key.user().value());
                statement.setString(3, SqlValues.text(details.email()));
                statement.setString(4, SqlValues.text(details.webhookUrl()));
                statement.setString(5, SqlValues.text(details.locale()));
                statement.setString(6, SqlValues.text(details.timezone()));
                statement.setString(7, Json.writeForJsonb(details.attributes()));
                statement.setObject(8, now);
                statement.setObject(9, now);
                try (var results = statement.executeQuery()) {
                    results.next();
                    return new Stored(user(results), results.getBoolean("created"));
                }
            }
        });
    }

    @Override
    public Map<UserKey, User> find(Collection<UserKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(FIND)) {
                statement.setArray(
                        1, SqlValues.uuids(connection, keys, key -> key.tenant().value()));
                statement.setArray(2, SqlValues.texts(connection, keys, key -> key.user().value()));
                var users = new HashMap<UserKey, User>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        var tenant = new TenantId(SqlValues.uuid(results, "tenant_id"));
                        var user = user(results);
                        users.put(new UserKey(tenant, user.id()), user);
                    }
                }
                return users;
            }
        });
    }

    private static User user(ResultSet results) throws SQLException {
        return new User(
                new UserId(results.getString("user_id")),
                results.getString("email"),
                results.getString("webhook_url"),
                results.getString("locale"),
                results.getString("timezone"),
                Json.readObject(results.getString("attributes")),
                results.getInt("version"),
                SqlValues.instant(results, "created_at"),
                SqlValues.instant(results, "updated_at"));
    }
}
