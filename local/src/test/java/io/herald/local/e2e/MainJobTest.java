package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One call, one person told. */
class MainJobTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Stack stack = Stack.current();
    private Stack.TestTenant tenant = stack.newTenant();
    private Api api = tenant.api();

    @BeforeEach
    void a_tenant_with_a_user_and_a_template() {
        tenant = stack.newTenant();
        api = tenant.api();
        api.put(
                        "/v1/users/ada",
                        """
                        {"email": "ada@example.com", "webhookUrl": "%s", "locale": "en-GB",
                         "timezone": "Europe/London"}\
                        """
                                .formatted(stack.webhookUrl()))
                .expect(201);
        api.put("/v1/templates/order-shipped", Stack.ORDER_SHIPPED).expect(201);
    }

    @Test
    void tells_a_person_on_three_channels() {
        var data =
                api.post(
                                "/v1/notifications",
                                """
                                {"userId": "ada", "channels": ["email", "inbox", "webhook"],
                                 "template": "order-shipped",
                                 "payload": {"order": "A-17", "name": "Ada <3"},
                                 "metadata": {"cart": "9"}}\
                                """)
                        .expect(202)
                        .body()
                        .path("data");

        assertThat(data).hasSize(3);
        var email = data.get(0).path("id").asText();
        var inbox = data.get(1).path("id").asText();
        var webhook = data.get(2).path("id").asText();
        assertThat(api.settled(email, SOON)).isEqualTo("SENT");
        assertThat(api.settled(inbox, SOON)).isEqualTo("DELIVERED");
        assertThat(api.settled(webhook, SOON)).isEqualTo("DELIVERED");

        assertThat(kindsOf(email)).containsExactly("accepted", "claimed", "sent");
        assertThat(kindsOf(inbox)).containsExactly("accepted", "claimed", "delivered");
        assertThat(stack.mailsAbout(email)).hasSize(1);
        var mail = stack.mailsAbout(email).getFirst();
        assertThat(mail).contains("Subject: Order A-17 has shipped").contains("ada@example.com");
        assertThat(mail).contains("Ada &lt;3").contains("Hello Ada <3");

        var feed = api.get("/v1/users/ada/inbox").expect(200).body().path("data");
        assertThat(feed).hasSize(1);
        assertThat(feed.get(0).path("title").asText()).isEqualTo("Order A-17 has shipped");
    }

    @Test
    void signs_a_webhook_so_that_the_reference_library_takes_it() {
        var id = api.send("ada", "webhook", "order-shipped", "{\"order\": \"A-18\"}");
        assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");

        var received = stack.webhooksAbout(id);

        assertThat(received).hasSize(1);
        var one = received.getFirst();
        var headers =
                HttpHeaders.of(
                        Map.of(
                                "webhook-id", List.of(one.header("webhook-id").orElse("")),
                                "webhook-timestamp",
                                        List.of(one.header("webhook-timestamp").orElse("")),
                                "webhook-signature",
                                        List.of(one.header("webhook-signature").orElse(""))),
                        (_, _) -> true);
        assertThatCode(() -> new Webhook(tenant.webhookSecret()).verify(one.body(), headers.map()))
                .doesNotThrowAnyException();
        assertThat(one.header("webhook-id")).hasValue(id);
    }

    @Test
    void tells_what_is_wrong_with_each_item_of_a_batch_and_delivers_the_rest() {
        var answer =
                api.post(
                                "/v1/notifications/batch",
                                """
                                {"notifications": [
                                  {"userId": "ada", "channels": ["inbox"], "template": "order-shipped",
                                   "payload": {"order": "B-1"}},
                                  {"userId": "nobody", "channels": ["inbox"], "template": "missing"},
                                  {"userId": "ada", "channels": ["fax"], "template": "order-shipped",
                                   "payload": {"order": "B-2"}, "colour": "red"},
                                  {"userId": "ada", "channels": ["inbox"], "template": "order-shipped"}
                                ]}\
                                """)
                        .expect(202)
                        .body();

        assertThat(answer.path("accepted").asInt()).isEqualTo(1);
        assertThat(answer.path("rejected").asInt()).isEqualTo(3);
        assertThat(pointersOf(answer.at("/data/1/problem")))
                .containsExactlyInAnyOrder("/notifications/1/userId", "/notifications/1/template");
        assertThat(pointersOf(answer.at("/data/2/problem")))
                .containsExactlyInAnyOrder(
                        "/notifications/2/channels/0", "/notifications/2/colour");
        assertThat(pointersOf(answer.at("/data/3/problem")))
                .containsExactly("/notifications/3/payload/order");
        assertThat(api.settled(answer.at("/data/0/notifications/0/id").asText(), SOON))
                .isEqualTo("DELIVERED");
        assertThat(api.get("/v1/users/ada/inbox").body().path("data")).hasSize(1);
    }

    @Test
    void sends_what_was_accepted_whatever_is_edited_meanwhile_and_to_the_corrected_address() {
        stack.pauseDelivery("email");
        String id;
        try {
            id = api.send("ada", "email", "order-shipped", "{\"order\": \"C-1\"}");
            api.replace(
                            "/v1/templates/order-shipped",
                            Stack.ORDER_SHIPPED.replace("has shipped", "is lost"))
                    .expect(200);
            api.put("/v1/users/ada", "{\"email\": \"ada@new.example.com\"}").expect(200);
        } finally {
            stack.resumeDelivery("email");
        }

        assertThat(api.settled(id, SOON)).isEqualTo("SENT");
        assertThat(stack.mailsAbout(id).getFirst())
                .contains("Order C-1 has shipped")
                .contains("ada@new.example.com");
    }

    @Test
    void delivers_a_batch_of_a_thousand_each_once() {
        var items =
                java.util.stream.IntStream.range(0, 1_000)
                        .mapToObj(i ->
                                """
                                {"userId": "ada", "channels": ["inbox"],
                                 "template": "order-shipped", "payload": {"order": "%d"}}\
                                """
                                        .formatted(i))
                        .toList();
        var answer =
                api.post(
                                "/v1/notifications/batch",
                                "{\"notifications\": [" + String.join(",", items) + "]}")
                        .expect(202)
                        .body();
        assertThat(answer.path("accepted").asInt()).isEqualTo(1_000);
        var last = answer.at("/data/999/notifications/0/id").asText();

        assertThat(api.settled(last, Duration.ofSeconds(60))).isEqualTo("DELIVERED");
        var titles = new java.util.ArrayList<String>();
        var path = "/v1/users/ada/inbox?limit=100";
        String cursor = null;
        do {
            var page =
                    api.get(cursor == null ? path : path + "&cursor=" + cursor).expect(200).body();
            page.path("data").forEach(message -> titles.add(message.path("title").asText()));
            cursor = page.path("nextCursor").isNull() ? null : page.path("nextCursor").asText();
        } while (cursor != null);
        assertThat(titles).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(titles.getFirst()).contains(" 999 ");
    }

    @Test
    void shows_nothing_of_another_tenant() {
        var id = api.send("ada", "inbox", "order-shipped", "{\"order\": \"D-1\"}");
        var other = stack.newTenant().api();

        other.get("/v1/notifications/" + id).expect(404);
        other.get("/v1/notifications/" + id + "/events").expect(404);
        other.get("/v1/users/ada").expect(404);
        other.get("/v1/templates/order-shipped").expect(404);
        other.get("/v1/users/ada/inbox").expect(404);
    }

    @Test
    void refuses_a_webhook_to_a_private_address_and_says_so() {
        api.put("/v1/users/eve", "{\"webhookUrl\": \"http://127.0.0.1:9/hook\"}").expect(201);
        var id = api.send("eve", "webhook", "order-shipped", "{\"order\": \"E-1\"}");

        assertThat(api.settled(id, SOON)).isEqualTo("FAILED");
        assertThat(api.get("/v1/notifications/" + id).body().at("/reason/code").asText())
                .isEqualTo("target_not_allowed");
    }

    @Test
    void tries_again_when_the_receiver_asks_for_patience() {
        stack.webhookAnswers(429);
        String id;
        try {
            id = api.send("ada", "webhook", "order-shipped", "{\"order\": \"F-1\"}");
            Api.await(
                    () -> kindsOf(id),
                    kinds -> kinds.contains("deferred"),
                    SOON,
                    () -> api.eventsOf(id).toPrettyString());
        } finally {
            stack.webhookAnswers(204);
        }

        assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
        assertThat(kindsOf(id)).containsSubsequence("claimed", "deferred", "released", "claimed");
        assertThat(stack.webhooksAbout(id))
                .allSatisfy(one -> assertThat(one.header("webhook-id")).hasValue(id));
    }

    private List<String> kindsOf(String id) {
        return StreamSupport.stream(api.eventsOf(id).spliterator(), false)
                .map(event -> event.path("kind").asText())
                .toList();
    }

    private static List<String> pointersOf(JsonNode problem) {
        return StreamSupport.stream(problem.path("errors").spliterator(), false)
                .map(error -> error.path("pointer").asText())
                .toList();
    }
}
