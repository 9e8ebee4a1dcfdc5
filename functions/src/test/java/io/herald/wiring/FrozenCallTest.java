package io.herald.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.wiring.RealApi.Request;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** A call that stands still while it stores, and an equal one beside it. */
class FrozenCallTest {
    private static final String HOLD =
            """
            INSERT INTO kept_answer VALUES (?, 1, 'order-17', 'fingerprint', '{}', now())\
            """;

    @Test
    void the_one_beside_it_is_told_to_come_again() throws SQLException {
        try (var api = new RealApi(true)) {
            var caller = api.caller();
            api.call(caller, Request.of("PUT", "/v1/users/ada").json("{}"));
            var message =
                    Request.of("POST", "/v1/notifications")
                            .header("idempotency-key", "order-17")
                            .json(
                                    """
                                    {"userId": "ada", "channels": ["inbox"],
                                     "content": {"inbox": {"title": "Hello"}}}\
                                    """);
            try (var frozen = api.connection();
                    var statement = frozen.prepareStatement(HOLD)) {
                frozen.setAutoCommit(false);
                statement.setObject(1, caller.tenant().value());
                statement.executeUpdate();

                var busy = api.call(caller, message);

                assertThat(busy.status()).isEqualTo(409);
                assertThat(busy.headers()).containsEntry("Retry-After", "1");
                frozen.rollback();
            }
            assertThat(api.call(caller, message).status()).isEqualTo(202);
        }
    }
}
