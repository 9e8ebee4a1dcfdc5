package io.herald.adapter.postgres;

import io.herald.audience.UsersContract;
import io.herald.contract.Store;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresUsersTest extends UsersContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
