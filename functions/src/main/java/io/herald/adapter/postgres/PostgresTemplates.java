package io.herald.adapter.postgres;

import io.herald.notification.Channel;
import io.herald.notification.TenantId;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.TemplateSummary;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code template}. */
public final class PostgresTemplates implements Templates {
    // No row comes back when another version is the newest, or another call took the version.
    private static final String PUT =
            """
            WITH newest AS MATERIALIZED (
                SELECT version, content, created_at, archived FROM template
                WHERE tenant_id = ? AND key = ?
                ORDER BY version DESC LIMIT 1
            ), there AS (
                SELECT version, content, created_at FROM newest WHERE NOT archived
            ), wanted AS (
                SELECT ?::jsonb AS content
                WHERE coalesce((SELECT version FROM there), 0) = ?
            ), made AS (
                INSERT INTO template (tenant_id, key, version, content, created_at)
                SELECT ?, ?, coalesce((SELECT version FROM newest), 0) + 1, content, ?
                FROM wanted
                WHERE content NOT IN (SELECT content FROM there)
                ON CONFLICT (tenant_id, key, version) DO NOTHING
                RETURNING version, content, created_at
            ), superseded AS (
                UPDATE template SET newest = false FROM made
                WHERE tenant_id = ? AND key = ? AND template.version = made.version - 1
            )
            SELECT version, content, created_at,
                   CASE WHEN EXISTS (SELECT FROM there) THEN 'CHANGED' ELSE 'CREATED' END AS change
            FROM made
            UNION ALL
            SELECT version, content, created_at, 'UNCHANGED'
            FROM there WHERE content IN (SELECT content FROM wanted)\
            """;

    private static final String ARCHIVE =
            """
            WITH made AS (
                INSERT INTO template (tenant_id, key, version, content, created_at, archived)
                SELECT tenant_id, key, version + 1, '{}', ?, true
                FROM (
                    SELECT * FROM template WHERE tenant_id = ? AND key = ?
                    ORDER BY version DESC LIMIT 1
                ) AS newest
                WHERE NOT archived AND version = ?
                ON CONFLICT (tenant_id, key, version) DO NOTHING
                RETURNING tenant_id, key, version
            )
            UPDATE template SET newest = false FROM made
            WHERE template.tenant_id = made.tenant_id AND template.key = made.key
              AND template.version = made.version - 1\
            """;

    static final String NEWEST =
            """
            SELECT t.* FROM unnest(?::uuid[], ?::text[]) AS wanted (tenant_id, key)
            CROSS JOIN LATERAL (
                SELECT * FROM template
                WHERE tenant_id = wanted.tenant_id AND key = wanted.key
                ORDER BY version DESC LIMIT 1
            ) AS t
            WHERE NOT t.archived\
            """;

    private static final String FIND =
            """
            SELECT t.* FROM unnest(?::uuid[], ?::text[], ?::int[])
                AS wanted (tenant_id, key, version)
            JOIN template AS t USING (tenant_id, key, version)
            WHERE NOT t.archived\
            """;

    // What a summary takes of a template's content.
    private static final String SUMMARY =
            """
            t.key, t.version, t.created_at,
            jsonb_typeof(t.content -> 'email') = 'object' AS email,
            jsonb_typeof(t.content -> 'webhook') = 'object' AS webhook,
            jsonb_typeof(t.content -> 'inbox') = 'object' AS inbox,
            t.content -> 'requiredVariables' AS variables,
            t.content ->> 'category' AS category\
            """;

    static final String LIST =
            """
            SELECT %s FROM template AS t
            WHERE t.tenant_id = ? AND t.key > ? AND t.newest AND NOT t.archived
            ORDER BY t.key LIMIT ?\
            """
                    .formatted(SUMMARY);

    static final String NAMING =
            """
            SELECT key FROM template
            WHERE tenant_id = ? AND content ->> 'category' = ? AND newest AND NOT archived
            ORDER BY key LIMIT ?\
            """;

    static final String VERSIONS =
            """
            SELECT %s FROM template AS t
            WHERE t.tenant_id = ? AND t.key = ? AND t.version < ? AND NOT t.archived
            ORDER BY t.version DESC LIMIT ?\
            """
                    .formatted(SUMMARY);

    private final Database database;
    private final Clock clock;

    public PostgresTemplates(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public Optional<Stored> put(TemplateKey key, TemplateContent content, int base) {
        String json = TemplateContentJson.write(content);
        // A transaction, because it must not be run twice: the second time would find another base.
        return database.transaction(connection -> {
            try (var statement = connection.prepareStatement(PUT)) {
                statement.setObject(1, key.tenant().value());
                statement.setString(2, key.key());
                statement.setString(3, json);
                statement.setInt(4, base);
                statement.setObject(5, key.tenant().value());
                statement.setString(6, key.key());
                statement.setObject(7, SqlValues.timestamp(clock.instant()));
                statement.setObject(8, key.tenant().value());
                statement.setString(9, key.key());
                try (var results = statement.executeQuery()) {
                    return results.next()
                            ? Optional.of(
                                    new Stored(
                                            template(results, key.key()),
                                            Change.valueOf(results.getString("change"))))
                            : Optional.empty();
                }
            }
        });
    }

    @Override
    public boolean archive(TemplateKey key, int base) {
        // A transaction for the same reason.
        return database.transaction(connection -> {
            try (var statement = connection.prepareStatement(ARCHIVE)) {
                statement.setObject(1, SqlValues.timestamp(clock.instant()));
                statement.setObject(2, key.tenant().value());
                statement.setString(3, key.key());
                statement.setInt(4, base);
                return statement.executeUpdate() == 1;
            }
        });
    }

    @Override
    public Optional<Template> current(TemplateKey key) {
        return Optional.ofNullable(newest(List.of(key)).get(key));
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

    @Override
    public List<TemplateSummary> list(TenantId tenant, @Nullable String after, int limit) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(LIST)) {
                statement.setObject(1, tenant.value());
                statement.setString(2, after == null ? "" : after);
                statement.setInt(3, limit);
                return summaries(statement);
            }
        });
    }

    @Override
    public List<TemplateSummary> versions(TemplateKey key, @Nullable Integer before, int limit) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(VERSIONS)) {
                statement.setObject(1, key.tenant().value());
                statement.setString(2, key.key());
                statement.setInt(3, before == null ? Integer.MAX_VALUE : before);
                statement.setInt(4, limit);
                return summaries(statement);
            }
        });
    }

    @Override
    public List<String> namingCategory(TenantId tenant, String category, int limit) {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(NAMING)) {
                statement.setObject(1, tenant.value());
                statement.setString(2, category);
                statement.setInt(3, limit);
                var keys = new ArrayList<String>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        keys.add(results.getString("key"));
                    }
                }
                return keys;
            }
        });
    }

    private static List<TemplateSummary> summaries(PreparedStatement statement)
            throws SQLException {
        var summaries = new ArrayList<TemplateSummary>();
        try (var results = statement.executeQuery()) {
            while (results.next()) {
                var channels = EnumSet.noneOf(Channel.class);
                for (var channel : Channel.values()) {
                    if (results.getBoolean(channel.text())) {
                        channels.add(channel);
                    }
                }
                summaries.add(
                        new TemplateSummary(
                                results.getString("key"),
                                results.getInt("version"),
                                channels,
                                TemplateContentJson.readNames(results.getString("variables")),
                                results.getString("category"),
                                SqlValues.instant(results, "created_at")));
            }
        }
        return summaries;
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
