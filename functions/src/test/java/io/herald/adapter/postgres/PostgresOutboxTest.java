package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.outbox.OutboxContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresOutboxTest extends OutboxContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
