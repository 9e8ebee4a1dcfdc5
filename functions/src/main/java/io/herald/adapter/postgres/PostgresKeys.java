package io.herald.adapter.postgres;

import io.herald.notification.TenantId;
import io.herald.tenant.Access;
import io.herald.tenant.IssuedKey;
import io.herald.tenant.IssuedKeys;
import io.herald.tenant.KeyHash;
import io.herald.tenant.KeyId;
import io.herald.tenant.Keys;
import io.herald.tenant.Scope;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The table {@code api_key}. */
public final class PostgresKeys implements Keys, IssuedKeys {
    static final String FIND =
            """
            SELECT tenant_id, scopes, expires_at FROM api_key
            WHERE hash = ? AND revoked_at IS NULL\
            """;

    private static final String ADD =
            """
            INSERT INTO api_key (hash, id, tenant_id, hint, scopes, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)\
            """;

    // An id is a UUIDv7, so the order of the ids is that of time.
    static final String LIST = "SELECT * FROM api_key WHERE tenant_id = ? ORDER BY id";

    private static final String REVOKE =
            """
            UPDATE api_key SET revoked_at = coalesce(revoked_at, ?)
            WHERE tenant_id = ? AND id = ?
            RETURNING *\
            """;

    private final Database database;
    private final Clock clock;

    public PostgresKeys(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Optional<Access> find(KeyHash hash) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(FIND)) {
                statement.setBytes(1, hash.bytes());
                try (var results = statement.executeQuery()) {
                    return results.next() ? Optional.of(access(results)) : Optional.empty();
                }
            }
        });
    }

    @Override
    public void add(IssuedKey key) {
        database.transaction(connection -> {
            try (var statement = connection.prepareStatement(ADD)) {
                var access = key.access();
                statement.setBytes(1, key.hash().bytes());
                statement.setObject(2, key.id().value());
                statement.setObject(3, access.tenant().value());
                statement.setString(4, SqlValues.text(key.hint()));
                statement.setArray(5, SqlValues.texts(connection, access.scopes(), Enum::name));
                statement.setObject(6, SqlValues.timestamp(key.createdAt()));
                statement.setObject(7, SqlValues.nullableTimestamp(access.expiresAt()));
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public List<IssuedKey> list(TenantId tenant) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(LIST)) {
                statement.setObject(1, tenant.value());
                var keys = new ArrayList<IssuedKey>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        keys.add(key(results));
                    }
                }
                return keys;
            }
        });
    }

    @Override
    public Optional<IssuedKey> revoke(TenantId tenant, KeyId id) {
        var now = SqlValues.timestamp(clock.instant());
        return database.write(connection -> {
            try (var statement = connection.prepareStatement(REVOKE)) {
                statement.setObject(1, now);
                statement.setObject(2, tenant.value());
                statement.setObject(3, id.value());
                try (var results = statement.executeQuery()) {
                    return results.next() ? Optional.of(key(results)) : Optional.empty();
                }
            }
        });
    }

    private static IssuedKey key(ResultSet results) throws SQLException {
        return new IssuedKey(
                new KeyId(SqlValues.uuid(results, "id")),
                KeyHash.of(results.getBytes("hash")),
                results.getString("hint"),
                access(results),
                SqlValues.instant(results, "created_at"),
                SqlValues.nullableInstant(results, "revoked_at"));
    }

    private static Access access(ResultSet results) throws SQLException {
        return new Access(
                new TenantId(SqlValues.uuid(results, "tenant_id")),
                scopes(results.getArray("scopes")),
                SqlValues.nullableInstant(results, "expires_at"));
    }

    private static Set<Scope> scopes(Array names) throws SQLException {
        return Arrays.stream((String[]) names.getArray())
                .map(Scope::valueOf)
                .collect(Collectors.toSet());
    }
}
