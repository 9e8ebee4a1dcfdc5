package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages with a time, and what can be done about them until then. */
class SchedulesTest {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Duration IN_TIME = Duration.ofSeconds(2);

    private final Stack stack = Stack.current();
    private Stack.TestTenant tenant = stack.newTenant();
    private Api api = tenant.api();

    @BeforeEach
    void a_tenant_with_a_user_and_a_template() {
        tenant = stack.newTenantWithAda();
        api = tenant.api();
    }

    @AfterEach
    void everyone_is_well_again() {
        stack.webhookAnswers(204);
        stack.resumeDelivery("email");
    }

    @Test
    void is_released_within_two_seconds_of_its_time_and_not_before() {
        var start = Instant.now();
        var ids = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            ids.add(schedule("inbox", start.plusMillis(3_000 + 300L * i)));
        }

        for (var id : ids) {
            assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
            assertThat(kindsOf(id))
                    .containsExactly("accepted", "scheduled", "released", "claimed", "delivered");
            var time = Instant.parse(notification(id).path("scheduledFor").asText());
            assertThat(timeOf(id, "released")).isBetween(time, time.plus(IN_TIME));
        }
    }

    @Test
    void is_sent_at_once_when_its_time_has_come() {
        var id = schedule("inbox", Instant.now().minusSeconds(60));

        assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
        assertThat(kindsOf(id)).containsExactly("accepted", "claimed", "delivered");
    }

    @Test
    void in_a_batch_some_are_for_later_and_the_rest_are_not_kept_waiting() {
        var later = Instant.now().plusSeconds(4);
        var answer =
                api.post(
                                "/v1/notifications/batch",
                                "{\"notifications\": [%s, %s, %s]}"
                                        .formatted(
                                                message("inbox", "scheduledFor", later),
                                                message("inbox", "metadata", null),
                                                message("inbox", "scheduledFor", later)))
                        .expect(202)
                        .body();
        assertThat(answer.findValuesAsText("status"))
                .containsExactly("SCHEDULED", "PENDING", "SCHEDULED");

        for (var id : answer.findValuesAsText("id")) {
            assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
        }
        var ids = answer.findValuesAsText("id");
        assertThat(timeOf(ids.get(1), "claimed")).isBefore(later);
        assertThat(timeOf(ids.get(0), "claimed")).isAfterOrEqualTo(later);
        assertThat(timeOf(ids.get(2), "claimed")).isAfterOrEqualTo(later);
    }

    @Test
    void is_never_sent_after_it_was_cancelled() {
        var time = Instant.now().plusSeconds(3);
        var cancelled = schedule("email", time);
        var other = schedule("email", time.plusSeconds(1));

        assertThat(act(cancelled, "cancel", "").expect(200).body().path("status").asText())
                .isEqualTo("CANCELLED");

        assertThat(api.settled(other, SOON)).isEqualTo("SENT");
        assertThat(stack.mailsAbout(other)).hasSize(1);
        assertThat(stack.mailsAbout(cancelled)).isEmpty();
        assertThat(kindsOf(cancelled)).containsExactly("accepted", "scheduled", "cancelled");
        assertThat(notification(cancelled).at("/reason/code").asText()).isEqualTo("cancelled");
        assertThat(act(other, "cancel", "").expect(409).body().path("notificationStatus").asText())
                .isEqualTo("SENT");
        assertThat(
                        api.get("/v1/notifications?status=CANCELLED")
                                .expect(200)
                                .body()
                                .path("data")
                                .findValuesAsText("id"))
                .containsExactly(cancelled);
        assertThat(
                        stack.count(
                                "SELECT count(*) FROM due WHERE notification_id = '%s'"
                                        .formatted(cancelled)))
                .isZero();
    }

    @Test
    void is_cancelled_on_its_way_too() {
        stack.pauseDelivery("email");
        var id = api.send("ada", "email", "order-shipped", "{\"order\": \"S-1\"}");
        act(id, "cancel", "").expect(200);

        stack.resumeDelivery("email");
        var next = api.send("ada", "email", "order-shipped", "{\"order\": \"S-2\"}");

        // Its record comes behind that of the cancelled one, on the same partition.
        assertThat(api.settled(next, SOON)).isEqualTo("SENT");
        assertThat(stack.mailsAbout(id)).isEmpty();
        assertThat(kindsOf(id)).containsExactly("accepted", "cancelled");
    }

    @Test
    void is_sent_at_its_new_time_only() {
        var first = Instant.now().plusSeconds(2);
        var id = schedule("inbox", first);
        var second = first.plusSeconds(3);
        var body = "{\"scheduledFor\": \"" + second + "\"}";

        assertThat(act(id, "reschedule", body).expect(200).body().path("status").asText())
                .isEqualTo("SCHEDULED");

        assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
        assertThat(kindsOf(id))
                .containsExactly(
                        "accepted", "scheduled", "rescheduled", "released", "claimed", "delivered");
        assertThat(timeOf(id, "released")).isBetween(second, second.plus(IN_TIME));
        act(id, "reschedule", body).expect(409);
    }

    @Test
    void is_not_sent_when_it_has_expired_on_its_way() {
        stack.pauseDelivery("email");
        var expiresAt = Instant.now().plusSeconds(2);
        var id = accepted(message("email", "expiresAt", expiresAt));
        Api.await(Instant::now, now -> now.isAfter(expiresAt), SOON, () -> "the time");

        stack.resumeDelivery("email");

        assertThat(api.settled(id, SOON)).isEqualTo("EXPIRED");
        assertThat(kindsOf(id)).containsExactly("accepted", "expired");
        assertThat(notification(id).at("/reason/code").asText()).isEqualTo("expired");
        assertThat(stack.mailsAbout(id)).isEmpty();
    }

    @Test
    void expires_when_it_cannot_be_sent_in_time() {
        stack.webhookAnswers(429);
        var id = accepted(message("webhook", "expiresAt", Instant.now().plusSeconds(3)));

        assertThat(api.settled(id, SOON)).isEqualTo("EXPIRED");
        assertThat(kindsOf(id)).startsWith("accepted", "claimed", "deferred").endsWith("expired");
        assertThat(notification(id).at("/reason/code").asText()).isEqualTo("expired");
    }

    @Test
    void is_settled_by_hand_when_nobody_knows_what_became_of_it() {
        var id = unknown();
        assertThat(act(id, "cancel", "").expect(409).body().path("notificationStatus").asText())
                .isEqualTo("UNKNOWN");

        act(id, "resolve", "{\"outcome\": \"retry\"}").expect(200);

        assertThat(api.settled(id, SOON)).isEqualTo("SENT");
        assertThat(stack.mailsAbout(id)).hasSize(1);
        assertThat(kindsOf(id))
                .containsExactly("accepted", "claimed", "lost", "resolved", "claimed", "sent");
        act(id, "resolve", "{\"outcome\": \"failed\"}").expect(409);
    }

    /** One that may be handed over once at most, by a worker that died over it. */
    private String unknown() {
        api.put("/v1/categories/once", "{\"guarantee\": \"atMostOnce\"}").expect(201);
        stack.pauseDelivery("email");
        var id = accepted(message("email", "category", "once"));
        CrashingProcess.crash(
                stack, CrashingProcess.Point.AFTER_CLAIM_BEFORE_HAND_OVER, tenant.id(), id);
        stack.resumeDelivery("email");
        assertThat(api.settled(id, SOON)).isEqualTo("UNKNOWN");
        return id;
    }

    private String schedule(String channel, Instant time) {
        return accepted(message(channel, "scheduledFor", time));
    }

    private String accepted(String message) {
        return api.post("/v1/notifications", message).expect(202).body().at("/data/0/id").asText();
    }

    private static String message(String channel, String field, @Nullable Object value) {
        return """
        {"userId": "ada", "channels": ["%s"], "template": "order-shipped",
         "payload": {"order": "S-0"}, "%s": %s}\
        """
                .formatted(channel, field, value == null ? "null" : "\"" + value + "\"");
    }

    private Api.Answer act(String id, String what, String body) {
        return api.post("/v1/notifications/" + id + "/" + what, body);
    }

    private JsonNode notification(String id) {
        return api.get("/v1/notifications/" + id).expect(200).body();
    }

    private Instant timeOf(String id, String kind) {
        return StreamSupport.stream(api.eventsOf(id).spliterator(), false)
                .filter(event -> event.path("kind").asText().equals(kind))
                .map(event -> Instant.parse(event.path("at").asText()))
                .findFirst()
                .orElseThrow();
    }

    private List<String> kindsOf(String id) {
        return StreamSupport.stream(api.eventsOf(id).spliterator(), false)
                .map(event -> event.path("kind").asText())
                .toList();
    }
}
