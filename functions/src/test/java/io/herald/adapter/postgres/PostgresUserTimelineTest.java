package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.notification.UserTimelineContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresUserTimelineTest extends UserTimelineContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
