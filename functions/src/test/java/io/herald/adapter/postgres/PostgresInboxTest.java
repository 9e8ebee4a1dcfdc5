package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.inbox.InboxContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresInboxTest extends InboxContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
