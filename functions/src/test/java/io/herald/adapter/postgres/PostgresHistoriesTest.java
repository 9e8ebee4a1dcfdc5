package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.receipt.HistoriesContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresHistoriesTest extends HistoriesContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
