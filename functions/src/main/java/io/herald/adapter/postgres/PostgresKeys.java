package io.herald.adapter.postgres;

import io.herald.notification.TenantId;
import io.herald.tenant.Access;
import io.herald.tenant.KeyHash;
import io.herald.tenant.Keys;
import io.herald.tenant.Scope;
import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the table {@code api_key}; {@link PostgresTenants} writes it. */
public final class PostgresKeys implements Keys {
    private static final String FIND =
            """
            SELECT tenant_id, scopes, expires_at FROM api_key
            WHERE hash = ? AND revoked_at IS NULL\
            """;

    private final Database database;

    public PostgresKeys(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Access> find(KeyHash hash) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(FIND)) {
                statement.setBytes(1, hash.bytes());
                try (var results = statement.executeQuery()) {
                    return results.next()
                            ? Optional.of(
                                    new Access(
                                            new TenantId(SqlValues.uuid(results, "tenant_id")),
                                            scopes(results.getArray("scopes")),
                                            SqlValues.nullableInstant(results, "expires_at")))
                            : Optional.empty();
                }
            }
        });
    }

    private static Set<Scope> scopes(Array names) throws SQLException {
        return Arrays.stream((String[]) names.getArray())
                .map(Scope::valueOf)
                .collect(Collectors.toSet());
    }
}
