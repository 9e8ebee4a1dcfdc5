package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NotificationApiTest {
    private static final Instant LATER = Instant.parse("2026-11-23T18:00:01.456789Z");

    private final World world = new World();

    @Test
    void shows_a_notification_in_the_documented_order() {
        var id = world.hasNotification(world.tenant, "ada");

        assertThat(world.get("/v1/notifications/" + id).answer().text())
                .isEqualTo(
                        """
                        {"id":"%s","userId":"ada","to":null,"channel":"inbox",\
                        "template":"order-shipped",\
                        "templateVersion":1,"category":"transactional","status":"PENDING",\
                        "reason":null,"payload":{"order":"A-17"},"content":null,"metadata":{"cart":"9"},\
                        "scheduledFor":null,"expiresAt":null,\
                        "createdAt":"2026-11-23T18:00:00.001Z",\
                        "updatedAt":"2026-11-23T18:00:00.001Z"}\
                        """
                                .formatted(id));
    }

    @Test
    void says_why_when_it_was_not_sent() {
        var id = world.hasNotification(world.tenant, "ada");
        happened(id, 1, EventKind.REFUSED, Status.FAILED, new Reason("no_mailbox", "No mailbox."));

        var body = world.get("/v1/notifications/" + id).answer().body();

        assertThat(body.path("status").asText()).isEqualTo("FAILED");
        assertThat(body.path("reason"))
                .hasToString("{\"code\":\"no_mailbox\",\"words\":\"No mailbox.\"}");
        assertThat(body.path("updatedAt").asText()).isEqualTo("2026-11-23T18:00:01.456789Z");
    }

    @Test
    void says_no_reason_when_it_was_sent_after_all() {
        var id = world.hasNotification(world.tenant, "ada");
        happened(id, 1, EventKind.REFUSED, Status.SENT, new Reason("late_refusal", "Too late."));

        var body = world.get("/v1/notifications/" + id).answer().body();

        assertThat(body.path("status").asText()).isEqualTo("SENT");
        assertThat(body.path("reason").isNull()).isTrue();
    }

    @Test
    void a_timeline_begins_with_the_acceptance() {
        var id = world.hasNotification(world.tenant, "ada");
        happened(id, 1, EventKind.CLAIMED, Status.SENDING, null);

        assertThat(world.get("/v1/notifications/" + id + "/events").answer().text())
                .isEqualTo(
                        """
                        {"data":[\
                        {"sequence":0,"kind":"accepted","status":"PENDING","attempt":0,\
                        "at":"2026-11-23T18:00:00.001Z","until":null,"reason":null,"reference":null,"about":null},\
                        {"sequence":1,"kind":"claimed","status":"SENDING","attempt":1,\
                        "at":"2026-11-23T18:00:01.456789Z","until":"2026-11-23T18:00:31.456789Z",\
                        "reason":null,"reference":"queued as 1","about":null}],"nextCursor":null}\
                        """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "1-1-1-1-1",
                "00000000-0000-0000-0000-000000000000",
                "%20",
                "..",
                "a%2Fb"
            })
    void does_not_know_what_is_not_there(String id) {
        world.get("/v1/notifications/" + id).answer().isProblem(404, "not-found");
        world.get("/v1/notifications/" + id + "/events").answer().isProblem(404, "not-found");
    }

    @Test
    void another_tenants_notification_is_as_unknown_as_none() {
        var theirs = world.hasNotification(world.otherTenant, "ada");
        var none = world.get("/v1/notifications/00000000-0000-0000-0000-000000000000").answer();

        assertThat(world.get("/v1/notifications/" + theirs).answer().text()).isEqualTo(none.text());
        assertThat(world.get("/v1/notifications/" + theirs + "/events").answer().text())
                .isEqualTo(none.text());
        assertThat(world.get("/v1/notifications/" + theirs).key(world.otherKey).answer().status())
                .isEqualTo(200);
    }

    private void happened(
            NotificationId id,
            int sequence,
            EventKind kind,
            Status status,
            @Nullable Reason reason) {
        world.stores.happened(
                new Event(
                        id,
                        sequence,
                        kind,
                        status,
                        1,
                        LATER,
                        status == Status.SENDING ? LATER.plusSeconds(30) : null,
                        reason,
                        "queued as 1"));
    }
}
