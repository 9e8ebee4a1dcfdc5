package io.herald.adapter.postgres;

import io.herald.notification.TenantId;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table {@code template}. */
public final class PostgresTemplates implements Templates {
    // No row comes back when another call took the version.
    private static final String PUT =
            """
            WITH newest AS MATERIALIZED (
                SELECT version, content, created_at FROM template
                WHERE tenant_id = ? AND key = ?
                ORDER BY version DESC LIMIT 1
            ), made AS (
                INSERT INTO template (tenant_id, key, version, content, created_at)
                SELECT ?, ?, coalesce((SELECT version FROM newest), 0) + 1, wanted.content, ?
                FROM (SELECT ?::jsonb AS content) AS wanted
                WHERE NOT EXISTS (SELECT FROM newest WHERE newest.content = wanted.content)
                ON CONFLICT (tenant_id, key, version) DO NOTHING
                RETURNING version, content, created_at
            )
            SELECT version, content, created_at,
                   CASE WHEN version = 1 THEN 'CREATED' ELSE 'CHANGED' END AS change
            FROM made
            UNION ALL
            SELECT version, content, created_at, 'UNCHANGED'
            FROM newest WHERE content = ?::jsonb\
            """;

    private static final String NEWEST =
            """
            SELECT t.* FROM unnest(?::uuid[], ?::text[]) AS wanted (tenant_id, key)
            CROSS JOIN LATERAL (
                SELECT * FROM template
                WHERE tenant_id = wanted.tenant_id AND key = wanted.key
                ORDER BY version DESC LIMIT 1
            ) AS t\
            """;

    private static final String FIND =
            """
            SELECT t.* FROM unnest(?::uuid[], ?::text[], ?::int[])
                AS wanted (tenant_id, key, version)
            JOIN template AS t USING (tenant_id, key, version)\
            """;

    private final Database database;
    private final Clock clock;

    public PostgresTemplates(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Stored put(TemplateKey key, TemplateContent content) {
        String json = TemplateContentJson.write(content);
        // Ends: whenever this call finds no room, another has made its version.
        while (true) {
            var stored = database.write(connection -> tryPut(connection, key, json));
            if (stored != null) {
                return stored;
            }
        }
    }

    private @Nullable Stored tryPut(Connection connection, TemplateKey key, String json)
            throws SQLException {
        try (var statement = connection.prepareStatement(PUT)) {
            statement.setObject(1, key.tenant().value());
            statement.setString(2, key.key());
            statement.setObject(3, key.tenant().value());
            statement.setString(4, key.key());
            statement.setObject(5, SqlValues.timestamp(clock.instant()));
            statement.setString(6, json);
            statement.setString(7, json);
            try (var results = statement.executeQuery()) {
                return results.next()
                        ? new Stored(
                                template(results, key.key()),
                                Change.valueOf(results.getString("change")))
                        : null;
            }
        }
    }

    @Override
    public Map<TemplateKey, Template> newest(Collection<TemplateKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(NEWEST)) {
                statement.setArray(
                        1, SqlValues.uuids(connection, keys, key -> key.tenant().value()));
                statement.setArray(2, SqlValues.texts(connection, keys, TemplateKey::key));
                var templates = new HashMap<TemplateKey, Template>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        var template = template(results, results.getString("key"));
                        templates.put(new TemplateKey(tenant(results), template.key()), template);
                    }
                }
                return templates;
            }
        });
    }

    @Override
    public Map<TemplateVersion, Template> find(Collection<TemplateVersion> versions) {
        if (versions.isEmpty()) {
            return Map.of();
        }
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(FIND)) {
                statement.setArray(
                        1,
                        SqlValues.uuids(connection, versions, version -> version.tenant().value()));
                statement.setArray(2, SqlValues.texts(connection, versions, TemplateVersion::key));
                statement.setArray(
                        3, SqlValues.integers(connection, versions, TemplateVersion::version));
                var templates = new HashMap<TemplateVersion, Template>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        var template = template(results, results.getString("key"));
                        templates.put(
                                new TemplateVersion(
                                        tenant(results), template.key(), template.version()),
                                template);
                    }
                }
                return templates;
            }
        });
    }

    private static TenantId tenant(ResultSet results) throws SQLException {
        return new TenantId(SqlValues.uuid(results, "tenant_id"));
    }

    private static Template template(ResultSet results, String key) throws SQLException {
        return new Template(
                key,
                results.getInt("version"),
                TemplateContentJson.read(results.getString("content")),
                SqlValues.instant(results, "created_at"));
    }
}
