package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.submission.NotificationsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresNotificationsTest extends NotificationsContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
