package io.herald.adapter.postgres;

import io.herald.notification.TenantId;
import io.herald.tenant.Tenant;
import io.herald.tenant.Tenants;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The table {@code tenant}. */
public final class PostgresTenants implements Tenants {
    private static final String CREATE =
            """
            INSERT INTO tenant (id, name, webhook_secret, created_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (name) DO NOTHING\
            """;

    private static final String LIST = "SELECT id, name, webhook_secret FROM tenant ORDER BY name";

    private static final String WEBHOOK_SECRETS =
            "SELECT id, webhook_secret FROM tenant WHERE id = ANY (?)";

    private final Database database;
    private final Clock clock;

    public PostgresTenants(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public boolean create(Tenant tenant) {
        // In a transaction, as a second run would find the name taken by the first.
        return database.transaction(connection -> {
            try (var statement = connection.prepareStatement(CREATE)) {
                statement.setObject(1, tenant.id().value());
                statement.setString(2, tenant.name());
                statement.setString(3, tenant.webhookSecret());
                statement.setObject(4, SqlValues.timestamp(clock.instant()));
                return statement.executeUpdate() == 1;
            }
        });
    }

    @Override
    public List<Tenant> list() {
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(LIST);
                    var results = statement.executeQuery()) {
                var tenants = new ArrayList<Tenant>();
                while (results.next()) {
                    tenants.add(
                            new Tenant(
                                    new TenantId(SqlValues.uuid(results, "id")),
                                    results.getString("name"),
                                    results.getString("webhook_secret")));
                }
                return tenants;
            }
        });
    }

    @Override
    public Map<TenantId, String> webhookSecrets(Collection<TenantId> tenants) {
        if (tenants.isEmpty()) {
            return Map.of();
        }
        return database.read(connection -> {
            try (var statement = connection.prepareStatement(WEBHOOK_SECRETS)) {
                statement.setArray(1, SqlValues.uuids(connection, tenants, TenantId::value));
                var secrets = new HashMap<TenantId, String>();
                try (var results = statement.executeQuery()) {
                    while (results.next()) {
                        secrets.put(
                                new TenantId(SqlValues.uuid(results, "id")),
                                results.getString("webhook_secret"));
                    }
                }
                return secrets;
            }
        });
    }
}
