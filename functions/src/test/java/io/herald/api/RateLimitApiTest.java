package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.limit.RateLimiter.Taking;
import io.herald.notification.Channel;
import io.herald.notification.TenantId;
import io.herald.tenant.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RateLimitApiTest {
    private static final String MESSAGE =
            """
            {"userId": "ada", "channels": ["inbox", "email"], "template": "order-shipped"}\
            """;

    private final World world = new World();
    private final List<Integer> costs = new ArrayList<>();

    RateLimitApiTest() {
        world.hasUser(world.tenant, "ada");
        world.hasTemplate(world.tenant, "order-shipped");
        leaves(9_000, Duration.ofMillis(1_001));
    }

    @Test
    void a_call_that_sends_nothing_costs_one() {
        world.get("/v1/users/ada").answer();
        world.put("/v1/users/ada").json("{}").answer();
        world.request("HEAD", "/v1/users/ada").answer();
        world.get("/v1/users/nobody").answer().isProblem(404, "not-found");
        assertThat(world.get("/v1/users/ada").query("x", "1").answer().wrong()).isNotEmpty();
        world.put("/v1/users/ada").json("{").answer().isProblem(400, "malformed");

        assertThat(costs).containsExactly(1, 1, 1, 1, 1, 1);
    }

    @Test
    void a_message_costs_one_for_each_channel() {
        assertThat(world.post("/v1/notifications").json(MESSAGE).answer().status()).isEqualTo(202);

        assertThat(costs).containsExactly(2);
    }

    @Test
    void a_preview_costs_one_for_each_channel_that_it_renders() {
        var preview = "/v1/templates/order-shipped/preview";
        assertThat(world.post(preview).json("{}").answer().status()).isEqualTo(200);
        var inbox = world.post(preview).json("{\"channels\": [\"inbox\"]}").answer();
        assertThat(inbox.status()).isEqualTo(200);
        world.post("/v1/templates/none/preview").json("{}").answer().isProblem(404, "not-found");
        world.post(preview).json("{\"version\": 0}").answer().isProblem(422, "invalid");

        assertThat(costs).containsExactly(Channel.values().length, 1, 1, 1);
    }

    @Test
    void a_batch_costs_what_it_asks_for_accepted_or_not() {
        var unknown = MESSAGE.replace("ada", "nobody");
        var unreadable = "5";

        var answer =
                world.post("/v1/notifications/batch")
                        .json(
                                "{\"notifications\": [%s, %s, %s]}"
                                        .formatted(MESSAGE, unknown, unreadable))
                        .answer();

        assertThat(answer.body().path("accepted").asInt()).isEqualTo(1);
        assertThat(costs).containsExactly(5);
    }

    @Test
    void a_submission_that_cannot_be_counted_costs_one() {
        world.post("/v1/notifications").json("{").answer().isProblem(400, "malformed");
        world.post("/v1/notifications").json("{}").answer().isProblem(422, "invalid");
        world.post("/v1/notifications/batch").json("[]").answer().isProblem(422, "invalid");
        world.post("/v1/notifications")
                .header("Content-Type", "text/plain")
                .body("x")
                .answer()
                .isProblem(415, "unsupported-media-type");

        assertThat(costs).containsExactly(1, 1, 1, 1);
    }

    @Test
    void who_is_not_let_in_is_not_charged_and_is_told_nothing() {
        var reader = world.keyOf(world.tenant, Set.of(Scope.READ), null);
        var answers =
                List.of(
                        world.get("/v1/users/ada").anonymous().answer(),
                        world.get("/v1/users/ada").key("hk_wrong").answer(),
                        world.post("/v1/notifications").key(reader).json(MESSAGE).answer(),
                        world.get("/nowhere").answer(),
                        world.request("DELETE", "/v1/users/ada/inbox").answer(),
                        world.request("OPTIONS", "/v1/users/ada").answer(),
                        world.get("/healthz").answer());

        assertThat(costs).isEmpty();
        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.headers())
                                .doesNotContainKeys("RateLimit", "RateLimit-Policy"));
    }

    @Test
    void says_what_is_left_in_the_fields_of_the_draft() {
        var answers =
                List.of(
                        world.get("/v1/users/ada").answer(),
                        world.get("/v1/users/nobody").answer(),
                        world.post("/v1/notifications").json(MESSAGE).answer(),
                        world.post("/v1/notifications").json("{").answer());

        assertThat(answers)
                .allSatisfy(answer ->
                        assertThat(answer.headers())
                                .containsEntry("RateLimit-Policy", "\"default\";q=10000;w=10")
                                .containsEntry("RateLimit", "\"default\";r=9000;t=2"));
    }

    @Test
    void says_it_of_faults_too() {
        world.limiter =
                (_, _) -> {
                    // After the key was looked up.
                    world.stores.goDown();
                    return new Taking.Allowed(1, Duration.ZERO);
                };

        var answer = world.get("/v1/users/ada").answer();

        answer.isProblem(503, "unavailable");
        assertThat(answer.headers()).containsKey("RateLimit");
    }

    @Test
    void what_is_too_much_is_refused_and_does_nothing() {
        world.limiter = (_, _) -> new Taking.Refused(3, Duration.ofMillis(4_200));

        var one = world.post("/v1/notifications").json(MESSAGE).answer();
        var batch =
                world.post("/v1/notifications/batch")
                        .json("{\"notifications\": [" + MESSAGE + "]}")
                        .answer();
        var put = world.put("/v1/users/grace").json("{}").answer();

        for (var answer : List.of(one, batch, put)) {
            answer.isProblem(429, "rate-limited");
            assertThat(answer.headers())
                    .containsEntry("Retry-After", "5")
                    .containsEntry("RateLimit", "\"default\";r=3;t=5");
        }
        assertThat(one.body().path("detail").asText()).contains("costs 2");
        world.post("/v1/notifications").json("{").answer().isProblem(429, "rate-limited");
        assertThat(world.stores.users).hasSize(1);
        leaves(1, Duration.ZERO);
        assertThat(
                        world.get("/v1/notifications")
                                .query("userId", "ada")
                                .answer()
                                .body()
                                .path("data"))
                .isEmpty();
    }

    @Test
    void without_a_count_calls_go_on() {
        world.limiter = (_, _) -> new Taking.Unknown();

        var answer = world.post("/v1/notifications").json(MESSAGE).answer();

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.headers()).containsKey("RateLimit-Policy").doesNotContainKey("RateLimit");
    }

    @Test
    void a_tenant_that_has_used_up_its_own_leaves_another_its_own() {
        var left = new HashMap<TenantId, Integer>();
        world.limiter =
                (owner, cost) -> {
                    int there = left.getOrDefault(owner, 3);
                    if (there < cost) {
                        return new Taking.Refused(there, Duration.ofSeconds(1));
                    }
                    left.put(owner, there - cost);
                    return new Taking.Allowed(there - cost, Duration.ofSeconds(1));
                };

        assertThat(world.post("/v1/notifications").json(MESSAGE).answer().status()).isEqualTo(202);
        world.post("/v1/notifications").json(MESSAGE).answer().isProblem(429, "rate-limited");
        // A user whom only the first knows: the other is charged, and not refused for it.
        world.post("/v1/notifications")
                .key(world.otherKey)
                .json(MESSAGE)
                .answer()
                .isProblem(422, "invalid");
    }

    private void leaves(long remaining, Duration untilFull) {
        world.limiter =
                (_, cost) -> {
                    costs.add(cost);
                    return new Taking.Allowed(remaining, untilFull);
                };
    }
}
