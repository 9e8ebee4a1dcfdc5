package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.submission.NotificationListsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresNotificationListsTest extends NotificationListsContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
