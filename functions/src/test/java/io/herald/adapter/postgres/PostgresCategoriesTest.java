package io.herald.adapter.postgres;

import io.herald.category.CategoriesContract;
import io.herald.contract.Store;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresCategoriesTest extends CategoriesContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
