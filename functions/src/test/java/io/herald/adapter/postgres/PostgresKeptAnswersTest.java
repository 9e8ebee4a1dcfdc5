package io.herald.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.UserId;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeptAnswer;
import io.herald.submission.KeptAnswersContract;
import io.herald.submission.KeyedRequest;
import io.herald.submission.Notifications.Once;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresKeptAnswersTest extends KeptAnswersContract {
    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    @Override
    protected Store store() {
        return STORE;
    }

    @ParameterizedTest
    @ValueSource(strings = {"statement_timeout", "lock_timeout"})
    void a_call_that_waits_too_long_for_another_stores_nothing_and_says_so(String timeout)
            throws SQLException {
        var tenant = Samples.tenant();
        var made = Samples.submission(STORE.clock(), tenant, new UserId("ada"), 2);
        var kept =
                new KeptAnswer(
                        new KeyedRequest(
                                new IdempotencyKey(IdempotencyKey.Use.MESSAGE, "k"), "fingerprint"),
                        TextNode.valueOf("answer"));
        var notifications =
                new PostgresNotifications(
                        new Database(PostgresDataSource.direct(impatient(timeout))),
                        STORE.clock(),
                        Store.GRACE);
        try (var frozen = PostgresDataSource.direct(STORE.settings()).getConnection()) {
            frozen.setAutoCommit(false);
            PostgresKeptAnswers.keep(frozen, tenant, List.of(kept), STORE.clock());

            assertThat(notifications.acceptOnce(tenant, made, List.of(kept)))
                    .isEqualTo(Once.KEY_BUSY);
            assertThat(STORE.number("SELECT count(*) FROM notification")).isZero();

            frozen.rollback();
        }
        assertThat(notifications.acceptOnce(tenant, made, List.of(kept))).isEqualTo(Once.STORED);
        assertThat(STORE.number("SELECT count(*) FROM notification")).isEqualTo(2);
    }

    /** With connections that wait for a fifth of a second. */
    private static PostgresSettings impatient(String timeout) {
        var settings = STORE.settings();
        var url = settings.url();
        return new PostgresSettings(
                url + (url.contains("?") ? "&" : "?") + "options=-c%20" + timeout + "%3D200",
                settings.user(),
                settings.password(),
                settings.poolSize(),
                settings.connectionTimeout(),
                settings.socketTimeout());
    }
}
