package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.schedule.DueWorkContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresDueWorkTest extends DueWorkContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
