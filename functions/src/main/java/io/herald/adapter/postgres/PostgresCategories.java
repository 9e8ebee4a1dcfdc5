package io.herald.adapter.postgres;

import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.category.CategorySet;
import io.herald.notification.Guarantee;
import io.herald.notification.TenantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;

/** The tables {@code category} and {@code category_revision}. */
public final class PostgresCategories implements Categories {
    static final String OF =
            """
            SELECT r.revision, c.key, c.guarantee, c.urgent, c.opt_out
            FROM category_revision AS r LEFT JOIN category AS c USING (tenant_id)
            WHERE r.tenant_id = ?\
            """;

    // Locks the tenant's row, so that no two changes get one revision.
    private static final String CHANGE =
            """
            INSERT INTO category_revision AS r (tenant_id, revision) VALUES (?, 1)
            ON CONFLICT (tenant_id) DO UPDATE SET revision = r.revision + 1\
            """;

    // In what RETURNING gives, xmax is 0 only for a row that was not there before.
    private static final String PUT =
            """
            WITH own AS (SELECT key FROM category WHERE tenant_id = ?)
            INSERT INTO category (tenant_id, key, guarantee, urgent, opt_out)
            SELECT ?, wanted.key, ?, ?, ?
            FROM (SELECT ?::text AS key) AS wanted
            WHERE (SELECT count(*) FROM own WHERE own.key <> wanted.key) < ?
            ON CONFLICT (tenant_id, key) DO UPDATE
            SET guarantee = excluded.guarantee, urgent = excluded.urgent,
                opt_out = excluded.opt_out
            RETURNING xmax = 0 AS created\
            """;

    private static final String DELETE = "DELETE FROM category WHERE tenant_id = ? AND key = ?";

    private final Database database;

    public PostgresCategories(Database database) {
        this.database = database;
    }

    @Override
    public CategorySet of(TenantId tenant) {
        return database.read(connection -> of(connection, tenant));
    }

    private static CategorySet of(Connection connection, TenantId tenant) throws SQLException {
        try (var statement = connection.prepareStatement(OF)) {
            statement.setObject(1, tenant.value());
            var own = new ArrayList<Category>();
            long revision = 0;
            try (var results = statement.executeQuery()) {
                while (results.next()) {
                    revision = results.getLong("revision");
                    var key = results.getString("key");
                    if (key != null) {
                        own.add(
                                new Category(
                                        key,
                                        Guarantee.ofCode(results.getShort("guarantee")),
                                        results.getBoolean("urgent"),
                                        results.getBoolean("opt_out")));
                    }
                }
            }
            return CategorySet.of(revision, own);
        }
    }

    @Override
    public Optional<Stored> put(TenantId tenant, Category category) {
        return database.transaction(connection -> {
            countChange(connection, tenant);
            try (var statement = connection.prepareStatement(PUT)) {
                statement.setObject(1, tenant.value());
                statement.setObject(2, tenant.value());
                statement.setShort(3, category.guarantee().code());
                statement.setBoolean(4, category.urgent());
                statement.setBoolean(5, category.optOut());
                statement.setString(6, category.key());
                statement.setInt(7, MAX_OWN);
                try (var results = statement.executeQuery()) {
                    if (!results.next()) {
                        return Optional.empty();
                    }
                    boolean created = results.getBoolean("created");
                    return Optional.of(new Stored(of(connection, tenant), created));
                }
            }
        });
    }

    @Override
    public Optional<CategorySet> delete(TenantId tenant, String key) {
        return database.transaction(connection -> {
            countChange(connection, tenant);
            try (var statement = connection.prepareStatement(DELETE)) {
                statement.setObject(1, tenant.value());
                statement.setString(2, key);
                return statement.executeUpdate() == 1
                        ? Optional.of(of(connection, tenant))
                        : Optional.empty();
            }
        });
    }

    private static void countChange(Connection connection, TenantId tenant) throws SQLException {
        try (var statement = connection.prepareStatement(CHANGE)) {
            statement.setObject(1, tenant.value());
            statement.executeUpdate();
        }
    }
}
