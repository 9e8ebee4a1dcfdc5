package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.tenant.KeysContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresKeysTest extends KeysContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
