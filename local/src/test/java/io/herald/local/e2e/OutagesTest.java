package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.servers.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each server away in turn, while people are to be told. */
class OutagesTest {

    private static final Duration SOON = Duration.ofSeconds(40);

    private final Stack stack = Stack.current();
    private Stack.TestTenant tenant = stack.newTenant();
    private Api api = tenant.api();

    @BeforeEach
    void a_tenant_with_a_user_and_a_template() {
        tenant = stack.newTenantWithAda();
        api = tenant.api();
    }

    @Test
    void without_redis_everything_still_works() {
        during(
                stack.servers().redis(),
                () -> {
                    api.put("/v1/users/bob", "{\"email\": \"bob@example.com\"}").expect(201);
                    for (var channel : List.of("email", "inbox", "webhook")) {
                        var id = api.send("ada", channel, "order-shipped", "{\"order\": \"R-1\"}");
                        assertThat(api.settled(id, SOON)).isIn("SENT", "DELIVERED");
                    }
                    var id = api.send("bob", "email", "order-shipped", "{\"order\": \"R-2\"}");
                    assertThat(api.settled(id, SOON)).isEqualTo("SENT");
                });
    }

    @Test
    void without_kafka_calls_are_accepted_within_a_second_and_delivered_when_it_is_back() {
        var ids = new ArrayList<String>();
        during(
                stack.servers().kafka(),
                () -> {
                    for (int i = 0; i < 12; i++) {
                        var answer =
                                api.post(
                                                "/v1/notifications",
                                                """
                                                {"userId": "ada", "channels": ["email"],
                                                 "template": "order-shipped",
                                                 "payload": {"order": "K-%d"}}\
                                                """
                                                        .formatted(i))
                                        .expect(202);
                        assertThat(answer.took()).isLessThan(Duration.ofSeconds(1));
                        ids.add(answer.body().at("/data/0/id").asText());
                    }
                });

        for (var id : ids) {
            assertThat(api.settled(id, SOON)).isEqualTo("SENT");
            assertThat(stack.mailsAbout(id)).hasSize(1);
        }
    }

    @Test
    void without_postgres_it_says_when_to_come_back_and_recovers_by_itself() {
        var before = api.send("ada", "email", "order-shipped", "{\"order\": \"P-0\"}");
        during(
                stack.servers().postgres(),
                () -> {
                    var answer =
                            api.post(
                                    "/v1/notifications",
                                    """
                                    {"userId": "ada", "channels": ["email"],
                                     "template": "order-shipped", "payload": {"order": "P-1"}}\
                                    """);
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
                    assertThat(answer.response().headers().firstValue("Content-Type"))
                            .hasValueSatisfying(type ->
                                    assertThat(type).startsWith("application/problem+json"));
                });

        assertThat(api.settled(before, SOON)).isEqualTo("SENT");
        // Twice only if the timeline says why.
        var lost = api.eventsOf(before).toString().split("\"lost\"", -1).length - 1;
        assertThat(stack.mailsAbout(before)).hasSizeBetween(1, 1 + lost);
        var after = api.send("ada", "email", "order-shipped", "{\"order\": \"P-2\"}");
        assertThat(api.settled(after, SOON)).isEqualTo("SENT");
    }

    @Test
    void a_kill_of_each_server_loses_nothing() {
        var ids = new ArrayList<String>();
        for (var server :
                List.<Server>of(
                        stack.servers().kafka(),
                        stack.servers().postgres(),
                        stack.servers().redis())) {
            for (int i = 0; i < 10; i++) {
                ids.add(api.send("ada", "inbox", "order-shipped", "{\"order\": \"X\"}"));
            }
            server.kill();
            server.restart();
            Api.await(
                    () -> api.get("/v1/users/ada").status(),
                    status -> status == 200,
                    SOON,
                    server::name);
        }

        for (var id : ids) {
            assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
        }
    }

    @Test
    void a_poisoned_record_becomes_a_dead_letter_and_the_rest_is_delivered() {
        var before = stack.undecodableRecords();
        stack.pauseDelivery("email");
        var ids = new ArrayList<String>();
        try {
            ids.add(api.send("ada", "email", "order-shipped", "{\"order\": \"D-1\"}"));
            stack.poison("herald.email", tenant, "ada", "not a record at all");
            stack.poison("herald.email", tenant, "ada", "{\"id\": 7}");
            ids.add(api.send("ada", "email", "order-shipped", "{\"order\": \"D-2\"}"));
        } finally {
            stack.resumeDelivery("email");
        }

        for (var id : ids) {
            assertThat(api.settled(id, SOON)).isEqualTo("SENT");
        }
        Api.await(
                stack::undecodableRecords,
                count -> count == before + 2,
                SOON,
                () -> "the poisoned records are not kept");
    }

    private static void during(Server server, Runnable outage) {
        server.stop();
        try {
            outage.run();
        } finally {
            server.restart();
        }
    }
}
