package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Keys, from the administration function to the last environment that remembers one. */
class KeysTest {
    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final Stack stack = Stack.current();
    private final Stack.TestTenant tenant = stack.newTenant();

    @Test
    void a_key_may_do_what_its_scopes_say() {
        var reader = stack.api(newKey("\"scopes\": [\"read\"]").path("key").asText());

        reader.get("/v1/users/nobody").expect(404);
        var refused = reader.put("/v1/users/ada", "{}").expect(403);
        assertThat(refused.body().path("detail").asText()).contains("manage");
        assertThat(refused.response().headers().firstValue("x-amzn-Remapped-WWW-Authenticate"))
                .hasValueSatisfying(
                        challenge -> assertThat(challenge).contains("scope=\"manage\""));
    }

    @Test
    void a_key_that_has_expired_works_no_more() {
        var soon = Instant.now().plusSeconds(3);
        var api = stack.api(newKey("\"expiresAt\": \"" + soon + "\"").path("key").asText());
        api.get("/v1/users/nobody").expect(404);

        Api.await(
                () -> api.get("/v1/users/nobody").status(),
                status -> status == 401,
                Duration.ofSeconds(5),
                () -> "a key that has expired works");
        assertThat(Instant.now()).isAfterOrEqualTo(soon);
    }

    @Test
    void a_revoked_key_stops_working_within_ten_seconds() {
        endsInTime();
    }

    @Test
    void also_while_redis_is_away() {
        var redis = stack.servers().redis();
        redis.stop();
        try {
            endsInTime();
        } finally {
            redis.restart();
        }
    }

    @Test
    void also_when_redis_is_away_from_the_one_who_revokes_it_only() {
        var made = newKey("\"scopes\": [\"read\"]");
        var api = stack.api(made.path("key").asText());
        api.get("/v1/users/nobody").expect(404);
        // As if it had not been told: straight into the store.
        assertThat(
                        stack.update(
                                "UPDATE api_key SET revoked_at = now() WHERE id = '%s'"
                                        .formatted(made.at("/details/id").asText())))
                .isEqualTo(1);

        endsInTime(api, Instant.now());
    }

    @Test
    void keys_are_listed_without_what_opens_anything_and_revoked_by_their_own_tenant_only() {
        var made = newKey("\"scopes\": [\"send\", \"read\"]");
        var id = made.at("/details/id").asText();
        var other = stack.newTenant();

        var listed =
                stack.administer(
                        "{\"action\": \"listKeys\", \"name\": \"%s\"}".formatted(tenant.name()));

        assertThat(listed.path("keys")).hasSize(2);
        assertThat(listed.at("/keys/1")).isEqualTo(made.path("details"));
        assertThat(listed.toString()).doesNotContain(made.path("key").asText());
        assertThat(revoke(other.name(), id).at("/error/code").asText()).isEqualTo("no_such_key");
        stack.api(made.path("key").asText()).get("/v1/users/nobody").expect(404);
    }

    @Test
    void what_makes_no_sense_makes_no_key() {
        assertThat(newKey("\"scopes\": [\"write\"]").at("/error/code").asText())
                .isEqualTo("invalid_scopes");
        assertThat(newKey("\"scopes\": []").at("/error/code").asText()).isEqualTo("invalid_scopes");
        assertThat(newKey("\"expiresAt\": \"soon\"").at("/error/code").asText())
                .isEqualTo("invalid_expiry");
        assertThat(newKey("\"expiresAt\": \"2020-01-01T00:00:00Z\"").at("/error/code").asText())
                .isEqualTo("invalid_expiry");
    }

    private void endsInTime() {
        var made = newKey("\"scopes\": [\"read\"]");
        var api = stack.api(made.path("key").asText());
        api.get("/v1/users/nobody").expect(404);

        var revoked = revoke(tenant.name(), made.at("/details/id").asText());

        endsInTime(api, Instant.parse(revoked.at("/details/revokedAt").asText()));
    }

    private static void endsInTime(Api api, Instant revokedAt) {
        // Asked all the time, so that every memory of the key is kept as fresh as can be.
        var limit = Duration.between(Instant.now(), revokedAt.plus(AT_MOST));
        Api.await(
                () -> api.get("/v1/users/nobody").status(),
                status -> status == 401,
                limit,
                () -> "a revoked key works");
    }

    private JsonNode newKey(String fields) {
        return stack.administer(
                "{\"action\": \"createKey\", \"name\": \"%s\", %s}"
                        .formatted(tenant.name(), fields));
    }

    private JsonNode revoke(String owner, String id) {
        return stack.administer(
                "{\"action\": \"revokeKey\", \"name\": \"%s\", \"id\": \"%s\"}"
                        .formatted(owner, id));
    }
}
