package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.outbox.ReconciliationContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresReconciliationTest extends ReconciliationContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
