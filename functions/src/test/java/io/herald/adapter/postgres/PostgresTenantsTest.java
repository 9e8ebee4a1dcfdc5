package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.tenant.TenantsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresTenantsTest extends TenantsContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
