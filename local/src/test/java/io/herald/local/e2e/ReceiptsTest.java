package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.local.outside.HandedOver;
import io.herald.local.outside.HandedOver.Ending;
import io.herald.local.outside.HandedOver.Taking;
import io.herald.local.outside.ProviderFaults;
import io.herald.local.outside.ProviderFaults.Range;
import io.herald.local.outside.ProviderFaults.Receipts;
import io.herald.local.outside.StandInProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mail by way of a gateway that misbehaves and says later what became of it. */
class ReceiptsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String ORDER =
            """
            {"email": {"subject": "Order {{order}}", "text": "It is on its way."}}\
            """;

    private final StandInProvider provider = Stack.withStandIn().provider();
    private final Stack.TestTenant tenant = Stack.withStandIn().newTenant();
    private final Api api = tenant.api();

    @BeforeAll
    static void a_stack_with_a_stand_in_provider() {
        Stack.startWithStandIn();
    }

    @AfterAll
    static void stop() {
        Stack.stopStandIn();
    }

    @BeforeEach
    void a_user_and_a_template() {
        provider.behaves(ProviderFaults.NONE);
        api.put("/v1/users/ada", "{\"email\": \"ada@example.com\"}").expect(201);
        api.put("/v1/templates/order", ORDER).expect(201);
    }

    @Test
    void what_has_arrived_is_delivered() {
        provider.behaves(ProviderFaults.NONE.withReceipts(Receipts.after(new Range(300, 600))));

        var id = api.send("ada", "email", "order", "{\"order\": \"A-1\"}");

        awaitStatus(id, "DELIVERED");
        assertThat(kinds(id)).containsExactly("accepted", "claimed", "sent", "delivered");
        assertThat(provider.record().about(id))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.key()).isEqualTo(id);
                    assertThat(line.tenant()).isEqualTo(tenant.id().toString());
                    assertThat(line.user()).isEqualTo("ada");
                    assertThat(line.attempt()).isEqualTo(1);
                    assertThat(line.bulk()).isFalse();
                });
    }

    @Test
    void a_receipt_may_come_before_the_answer() {
        provider.behaves(
                ProviderFaults.parse(
                        "{\"latencyMillis\": {\"from\": 200, \"to\": 200},"
                                + " \"receipts\": {\"on\": true, \"early\": 1}}"));

        var id = api.send("ada", "email", "order", "{\"order\": \"A-2\"}");

        awaitStatus(id, "DELIVERED");
        Api.await(
                () -> kinds(id).size(), size -> size >= 4, SOON, () -> api.eventsOf(id).toString());
        assertThat(kinds(id)).startsWith("accepted", "claimed", "sent", "delivered");
        assertThat(api.statusOf(id)).isEqualTo("DELIVERED");
    }

    @Test
    void what_came_back_says_why() {
        provider.behaves(
                ProviderFaults.parse(
                        "{\"receipts\": {\"on\": true, \"bounced\": 1,"
                                + " \"delayMillis\": {\"from\": 100, \"to\": 300}}}"));

        var id = api.send("ada", "email", "order", "{\"order\": \"A-3\"}");

        awaitStatus(id, "BOUNCED");
        assertThat(api.get("/v1/notifications/" + id).body().at("/reason/code").asText())
                .isEqualTo("bounced");
    }

    @Test
    void what_may_not_be_sent_twice_and_was_lost_is_settled_by_its_receipt() {
        api.put("/v1/categories/once", "{\"guarantee\": \"atMostOnce\"}").expect(201);
        provider.behaves(
                ProviderFaults.parse(
                        "{\"cutAfter\": 1, \"receipts\": {\"on\": true,"
                                + " \"delayMillis\": {\"from\": 3000, \"to\": 3000}}}"));

        var id =
                api.post(
                                "/v1/notifications",
                                """
                                {"userId": "ada", "channels": ["email"], "template": "order",
                                 "payload": {"order": "A-4"}, "category": "once"}\
                                """)
                        .expect(202)
                        .body()
                        .at("/data/0/id")
                        .asText();

        awaitStatus(id, "UNKNOWN");
        awaitStatus(id, "DELIVERED");
        assertThat(provider.record().about(id)).hasSize(1);
    }

    @Test
    void each_users_messages_go_in_their_order_through_bulk_calls() {
        var users = IntStream.range(0, 50).mapToObj(i -> "user-" + i).toList();
        users.forEach(user ->
                api.put("/v1/users/" + user, "{\"email\": \"%s@example.com\"}".formatted(user))
                        .expect(201));

        var ids = send(users, 1_000);
        var lines = awaitAccepted(ids);

        assertThat(lines).extracting(HandedOver::key).containsExactlyInAnyOrderElementsOf(ids);
        assertInOrder(lines);
        assertThat(lines.stream().filter(HandedOver::bulk).count()).isGreaterThan(500);
        assertNobodyTwiceInACall(lines);
    }

    @Test
    void whatever_the_gateway_does_everybody_is_told_once() {
        var users = IntStream.range(0, 20).mapToObj(i -> "user-" + i).toList();
        users.forEach(user ->
                api.put("/v1/users/" + user, "{\"email\": \"%s@example.com\"}".formatted(user))
                        .expect(201));
        provider.behaves(
                ProviderFaults.parse(
                        """
                        {"seed": 5, "latencyMillis": {"from": 0, "to": 30}, "fail": 0.1,
                         "throttle": 0.1, "cutBefore": 0.05, "cutAfter": 0.1, "hang": 0.02,
                         "receipts": {"on": true, "early": 0.3, "doubled": 0.5, "reordered": 0.5,
                                      "lateBounced": 0.1,
                                      "delayMillis": {"from": 0, "to": 2000}}}\
                        """));

        var ids = send(users, 300);

        for (var id : ids) {
            Api.await(
                    () -> api.statusOf(id),
                    Set.of("DELIVERED", "BOUNCED")::contains,
                    SOON,
                    () -> api.eventsOf(id).toPrettyString());
        }
        Api.await(
                () -> provider.counts().receiptsOpen(), open -> open == 0, SOON, () -> "receipts");
        var byId =
                provider.record().all().stream()
                        .filter(line -> ids.contains(line.key()))
                        .collect(Collectors.groupingBy(HandedOver::key));
        assertThat(byId.keySet()).containsExactlyInAnyOrderElementsOf(ids);
        byId.forEach((id, lines) -> assertExplained(id, lines));
    }

    /** Sent once, and handed over again only after an answer that did not come. */
    private void assertExplained(String id, List<HandedOver> lines) {
        assertThat(lines.stream().filter(line -> line.taking() == Taking.ACCEPTED))
                .as("%s: %s", id, lines)
                .hasSize(1);
        assertThat(lines.subList(0, lines.size() - 1))
                .as("%s: %s", id, lines)
                .noneMatch(line -> line.ending() == Ending.ANSWERED);
        assertThat(lines).extracting(HandedOver::attempt).isSorted().doesNotHaveDuplicates();
        var status = api.statusOf(id);
        var kinds = kinds(id);
        assertThat(status).isEqualTo(kinds.contains("bounced") ? "BOUNCED" : "DELIVERED");
        // Each receipt once, however often it came.
        assertThat(kinds.stream().filter("delivered"::equals)).as("%s", kinds).hasSize(1);
    }

    /** In turn; in one call. */
    private List<String> send(List<String> users, int count) {
        var items =
                IntStream.range(0, count)
                        .mapToObj(i ->
                                """
                                {"userId": "%s", "channels": ["email"], "template": "order",
                                 "payload": {"order": "%d"}}\
                                """
                                        .formatted(users.get(i % users.size()), i))
                        .collect(Collectors.joining(",", "{\"notifications\": [", "]}"));
        var answer = api.post("/v1/notifications/batch", items).expect(202).body();
        var ids = new ArrayList<String>();
        for (JsonNode item : answer.path("data")) {
            ids.add(item.at("/notifications/0/id").asText());
        }
        assertThat(ids).hasSize(count);
        return ids;
    }

    private List<HandedOver> awaitAccepted(List<String> ids) {
        var wanted = new HashSet<>(ids);
        return Api.await(
                () ->
                        provider.record().all().stream()
                                .filter(line -> wanted.contains(line.key()))
                                .toList(),
                lines -> lines.size() >= ids.size(),
                SOON,
                () -> "of " + ids.size());
    }

    private void assertInOrder(List<HandedOver> lines) {
        var ofUser = new HashMap<String, List<String>>();
        lines.forEach(line ->
                ofUser.computeIfAbsent(String.valueOf(line.user()), _ -> new ArrayList<>())
                        .add(line.key()));
        ofUser.forEach((user, keys) -> {
            var inTime = new ArrayList<>(keys);
            if (!keys.equals(keys.stream().sorted().toList())) {
                // One that had to be put off may come later, and says so.
                inTime.removeIf(id -> kinds(id).contains("deferred"));
            }
            // Ids sort by the time and the place of their acceptance.
            assertThat(inTime).as(user).isSorted().hasSizeGreaterThan(keys.size() / 2);
        });
    }

    private static void assertNobodyTwiceInACall(List<HandedOver> lines) {
        var calls = new HashMap<Long, Set<String>>();
        for (var line : lines) {
            assertThat(
                            calls.computeIfAbsent(line.call(), _ -> new HashSet<>())
                                    .add(String.valueOf(line.user())))
                    .as("call %d", line.call())
                    .isTrue();
        }
    }

    private void awaitStatus(String id, String status) {
        Api.await(
                () -> api.statusOf(id),
                status::equals,
                SOON,
                () -> api.eventsOf(id).toPrettyString());
    }

    private List<String> kinds(String id) {
        var kinds = new ArrayList<String>();
        api.eventsOf(id).forEach(event -> kinds.add(event.path("kind").asText()));
        return kinds;
    }
}
