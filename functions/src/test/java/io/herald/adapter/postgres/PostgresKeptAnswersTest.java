package io.herald.adapter.postgres;

import io.herald.contract.Store;
import io.herald.submission.KeptAnswersContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresKeptAnswersTest extends KeptAnswersContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }
}
