package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.deadletter.SettleDeadLettersContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresSettleDeadLettersTest extends SettleDeadLettersContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
