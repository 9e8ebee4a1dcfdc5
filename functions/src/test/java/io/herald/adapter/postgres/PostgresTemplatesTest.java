package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.template.TemplatesContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresTemplatesTest extends TemplatesContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
