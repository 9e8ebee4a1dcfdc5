package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.contract.Samples;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When messages are sent, and what can be done about them until then; it is 18:00:00Z. */
final class ScheduleApiTest {
    private static final String NOW = "2026-11-23T18:00:00Z";
    private static final String LATER = "2026-11-23T20:00:00Z";

    private final World world = new World();

    @BeforeEach
    void a_user_and_a_template_exist() {
        world.hasUser(world.tenant, "ada");
        world.hasTemplate(world.tenant, "order-shipped");
    }

    @Test
    void a_time_may_have_any_offset_and_comes_back_in_utc() {
        var answer = send("\"scheduledFor\": \"2026-11-24T01:30:00.1234567+05:30\"");

        assertThat(answer.body().at("/data/0/status").asText()).isEqualTo("SCHEDULED");
        var shown = get(idOf(answer));
        assertThat(shown.path("status").asText()).isEqualTo("SCHEDULED");
        assertThat(shown.path("scheduledFor").asText()).isEqualTo("2026-11-23T20:00:00.123456Z");
        assertThat(shown.path("updatedAt")).isEqualTo(shown.path("createdAt"));
        var event = get(idOf(answer) + "/events").at("/data/1");
        assertThat(event.path("kind").asText()).isEqualTo("scheduled");
        assertThat(event.path("sequence").asInt()).isEqualTo(1);
        assertThat(event.path("until").asText()).isEqualTo("2026-11-23T20:00:00.123456Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {NOW, "2026-11-23T17:59:59Z", "1970-01-01T00:00:00Z"})
    void a_time_that_has_come_means_at_once(String time) {
        var answer = send("\"scheduledFor\": \"" + time + "\"");

        assertThat(answer.body().at("/data/0/status").asText()).isEqualTo("PENDING");
        assertThat(get(idOf(answer)).path("scheduledFor").isNull()).isTrue();
        assertThat(get(idOf(answer) + "/events").path("data")).hasSize(1);
    }

    @Test
    void nothing_is_scheduled_beyond_what_is_kept() {
        assertThat(send("\"scheduledFor\": \"2027-02-15T18:00:00Z\"").status()).isEqualTo(202);
        assertThat(send("\"scheduledFor\": \"2027-02-15T18:00:00.000001Z\"").wrong())
                .containsExactly("/scheduledFor");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"expiresAt\": \"2026-11-23T18:00:00Z\"', /expiresAt",
        "'\"expiresAt\": \"2026-11-23T20:00:00Z\", \"scheduledFor\": \"2026-11-23T20:00:00Z\"', /expiresAt",
        "'\"expiresAt\": \"tomorrow\"', /expiresAt",
        "'\"scheduledFor\": \"2026-11-23T20:00:00\"', /scheduledFor",
        "'\"scheduledFor\": 1764000000', /scheduledFor",
    })
    void a_time_that_makes_no_sense_is_refused(String fields, String pointer) {
        assertThat(send(fields).wrong()).containsExactly(pointer);
    }

    @Test
    void all_that_is_wrong_with_the_times_is_told_at_once() {
        assertThat(
                        send("\"expiresAt\": \"2026-11-23T17:00:00Z\","
                                        + " \"scheduledFor\": \"2037-01-01T00:00:00Z\"")
                                .wrong())
                .containsExactly("/scheduledFor", "/expiresAt");
    }

    @Test
    void what_expires_says_when() {
        var id = idOf(send("\"expiresAt\": \"2026-11-23T21:00:00+01:00\""));

        assertThat(get(id).path("expiresAt").asText()).isEqualTo(LATER);
        assertThat(get(id).path("status").asText()).isEqualTo("PENDING");
    }

    @Test
    void a_message_that_was_accepted_is_replayed_also_when_it_has_expired() {
        var message =
                world.post("/v1/notifications")
                        .header("Idempotency-Key", "once")
                        .json(message("\"expiresAt\": \"" + LATER + "\""));
        var first = message.answer();

        world.clock.advance(Duration.ofHours(3));

        assertThat(message.answer().text()).isEqualTo(first.text());
    }

    @Test
    void of_a_batch_those_for_later_have_the_last_ids_and_the_answer_keeps_the_order() {
        var later = message("\"scheduledFor\": \"" + LATER + "\"");
        var now = message("\"scheduledFor\": null");

        var answer =
                world.post("/v1/notifications/batch")
                        .json("{\"notifications\": [" + later + "," + now + "," + later + "]}")
                        .answer()
                        .body();

        assertThat(answer.findValuesAsText("status"))
                .containsExactly("SCHEDULED", "PENDING", "SCHEDULED");
        var ids = answer.findValuesAsText("id").stream().map(NotificationId::parse).toList();
        assertThat(ids.stream().sorted()).containsExactly(ids.get(1), ids.get(0), ids.get(2));
    }

    @Test
    void a_cancelled_one_is_cancelled_however_often_it_is_asked_for() {
        var id = scheduled();

        var cancelled = cancel(id);

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.body().path("status").asText()).isEqualTo("CANCELLED");
        assertThat(cancelled.body().at("/reason/code").asText()).isEqualTo("cancelled");
        assertThat(cancelled.body()).isEqualTo(get(id));
        assertThat(cancel(id).text()).isEqualTo(cancelled.text());
        assertThat(get(id + "/events").path("data")).hasSize(3);
    }

    @Test
    void what_is_on_its_way_can_be_cancelled() {
        assertThat(cancel(idOf(send("\"metadata\": null"))).status()).isEqualTo(200);
    }

    @Test
    void what_waits_for_another_attempt_can_be_cancelled_while_every_outcome_is_known() {
        var id = idOf(send("\"metadata\": null"));
        happened(id, 1, EventKind.CLAIMED, Status.SENDING, 1);
        happened(id, 2, EventKind.DEFERRED, Status.RETRYING, 1);

        assertThat(cancel(id).status()).isEqualTo(200);
    }

    @Test
    void what_may_have_been_sent_is_unknown_when_it_is_cancelled() {
        var id = idOf(send("\"metadata\": null"));
        happened(id, 1, EventKind.CLAIMED, Status.SENDING, 1);
        happened(id, 2, EventKind.LOST, Status.RETRYING, 1);

        var answer = cancel(id).isProblem(409, "conflict").body();

        assertThat(answer.path("notificationStatus").asText()).isEqualTo("UNKNOWN");
        assertThat(answer.path("detail").asText()).contains("may already have been sent");
        assertThat(get(id).path("status").asText()).isEqualTo("UNKNOWN");
        assertThat(get(id).at("/reason/code").asText()).isEqualTo("may_have_been_sent");
        cancel(id).isProblem(409, "conflict");
        assertThat(get(id + "/events").path("data")).hasSize(4);
    }

    @Test
    void an_outcome_that_came_late_is_known() {
        var id = idOf(send("\"metadata\": null"));
        happened(id, 1, EventKind.CLAIMED, Status.SENDING, 1);
        happened(id, 2, EventKind.LOST, Status.RETRYING, 1);
        world.stores.happened(
                new Event(
                        NotificationId.parse(id),
                        3,
                        EventKind.REFUSED,
                        Status.RETRYING,
                        1,
                        world.clock.instant(),
                        null,
                        null,
                        null,
                        1));

        assertThat(cancel(id).status()).isEqualTo(200);
        assertThat(get(id + "/events").at("/data/3/about").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"PENDING", "SCHEDULED", "RETRYING", "CANCELLED"})
    void what_is_too_late_to_cancel_says_where_it_stands(Status status) {
        var id = standing(status);

        assertThat(cancel(id).isProblem(409, "conflict").body().path("notificationStatus").asText())
                .isEqualTo(status.name());
        assertThat(get(id).path("status").asText()).isEqualTo(status.name());
    }

    @Test
    void a_rescheduled_one_has_its_new_time() {
        var id = scheduled();

        var answer = reschedule(id, "2026-11-24T09:00:00+01:00");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(get(id));
        assertThat(answer.body().path("status").asText()).isEqualTo("SCHEDULED");
        assertThat(answer.body().path("scheduledFor").asText()).isEqualTo("2026-11-24T08:00:00Z");
        assertThat(reschedule(id, "2026-11-24T08:00:00Z").text()).isEqualTo(answer.text());
        assertThat(get(id + "/events").path("data")).hasSize(3);
        assertThat(get(id + "/events").at("/data/2/kind").asText()).isEqualTo("rescheduled");
    }

    @Test
    void the_time_it_was_scheduled_for_is_shown_also_when_it_has_come() {
        var id = scheduled();
        happened(id, 2, EventKind.RELEASED, Status.PENDING, 0);

        assertThat(get(id).path("scheduledFor").asText()).isEqualTo(LATER);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SCHEDULED")
    void what_does_not_wait_for_its_time_cannot_be_rescheduled(Status status) {
        var id = status == Status.PENDING ? idOf(send("\"metadata\": null")) : standing(status);

        assertThat(
                        reschedule(id, LATER)
                                .isProblem(409, "conflict")
                                .body()
                                .path("notificationStatus")
                                .asText())
                .isEqualTo(status.name());
    }

    @Test
    void a_new_time_lies_before_the_expiry_and_within_what_is_kept() {
        var id =
                idOf(
                        send(
                                "\"scheduledFor\": \"%s\", \"expiresAt\": \"2026-11-24T18:00:00Z\""
                                        .formatted(LATER)));

        assertThat(reschedule(id, "2026-11-24T18:00:00Z").wrong()).containsExactly("/scheduledFor");
        assertThat(reschedule(scheduled(), "2027-02-15T18:00:00.1Z").wrong())
                .containsExactly("/scheduledFor");
        assertThat(get(id).path("scheduledFor").asText()).isEqualTo(LATER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reschedule | {}                                              | /scheduledFor",
                "reschedule | {\"scheduledFor\": \"soon\"}                    | /scheduledFor",
                "reschedule | {\"scheduledFor\": \"2026-11-24T08:00:00Z\", \"x\": 1} | /x",
                "resolve    | {}                                              | /outcome",
                "resolve    | {\"outcome\": \"SENT\"}                         | /outcome",
                "resolve    | {\"outcome\": \"sent\", \"x\": 1}               | /x",
                "resolve    | []                                              | ''",
            })
    void a_wish_that_makes_no_sense_is_refused(String what, String body, String pointer) {
        assertThat(wish(scheduled(), what, body).wrong()).containsExactly(pointer);
    }

    @ParameterizedTest
    @CsvSource({"sent, SENT", "failed, FAILED", "retry, PENDING"})
    void what_is_unknown_is_settled_by_hand(String outcome, Status status) {
        var id = standing(Status.UNKNOWN);

        var answer = resolve(id, outcome);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().path("status").asText()).isEqualTo(status.name());
        assertThat(get(id + "/events").at("/data/2/kind").asText()).isEqualTo("resolved");
        assertThat(
                        resolve(id, outcome)
                                .isProblem(409, "conflict")
                                .body()
                                .path("notificationStatus")
                                .asText())
                .isEqualTo(status.name());
    }

    @Test
    void what_has_expired_is_not_tried_again() {
        var id = idOf(send("\"expiresAt\": \"" + LATER + "\""));
        happened(id, 1, EventKind.LOST, Status.UNKNOWN, 1);
        world.clock.advance(Duration.ofHours(2));

        resolve(id, "retry").isProblem(409, "conflict");
        assertThat(resolve(id, "failed").status()).isEqualTo(200);
    }

    @Test
    void what_is_another_tenants_is_as_unknown_as_what_is_nobodys() {
        var theirs = world.hasScheduled(world.otherTenant, "ada", LATER).toString();

        for (var id : List.of(theirs, "00000000-0000-0000-0000-000000000000", "x")) {
            cancel(id).isProblem(404, "not-found");
            reschedule(id, LATER).isProblem(404, "not-found");
            resolve(id, "sent").isProblem(404, "not-found");
        }
    }

    private String standing(Status status) {
        var id = idOf(send("\"metadata\": null"));
        happened(id, 1, EventKind.CLAIMED, status, 1);
        return id;
    }

    private String scheduled() {
        return world.hasScheduled(world.tenant, "ada", LATER).toString();
    }

    private void happened(String id, int sequence, EventKind kind, Status status, int attempt) {
        world.stores.happened(
                Samples.event(
                        world.clock, NotificationId.parse(id), sequence, kind, status, attempt));
    }

    private World.Answer send(String fields) {
        return world.post("/v1/notifications").json(message(fields)).answer();
    }

    private static String message(String fields) {
        return "{\"userId\": \"ada\", \"channels\": [\"inbox\"], \"template\": \"order-shipped\", "
                + fields
                + "}";
    }

    private static String idOf(World.Answer accepted) {
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        return accepted.body().at("/data/0/id").asText();
    }

    private JsonNode get(String path) {
        return world.get("/v1/notifications/" + path).answer().body();
    }

    private World.Answer cancel(String id) {
        return world.post("/v1/notifications/" + id + "/cancel").answer();
    }

    private World.Answer reschedule(String id, String time) {
        return wish(id, "reschedule", "{\"scheduledFor\": \"" + time + "\"}");
    }

    private World.Answer resolve(String id, String outcome) {
        return wish(id, "resolve", "{\"outcome\": \"" + outcome + "\"}");
    }

    private World.Answer wish(String id, String what, String body) {
        return world.post("/v1/notifications/" + id + "/" + what).json(body).answer();
    }
}
