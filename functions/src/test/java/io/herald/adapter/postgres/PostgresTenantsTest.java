package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.tenant.KeyHash;
import io.herald.tenant.TenantsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresTenantsTest extends TenantsContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }

    @Override
    protected void revoke(KeyHash key) {
        STORE.execute(
                "UPDATE api_key SET revoked_at = now() WHERE hash = '\\x%s'".formatted(key.hex()));
    }
}
