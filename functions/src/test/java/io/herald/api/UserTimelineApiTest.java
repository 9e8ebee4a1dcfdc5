package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happened to all of a user's notifications. */
final class UserTimelineApiTest {
    private static final String EVENTS = "/v1/users/ada/events";

    private final World world = new World();

    @Test
    void shows_the_newest_notification_first_and_of_each_the_newest_event() {
        var older = world.hasNotification(world.tenant, "ada");
        var newer = world.hasNotification(world.tenant, "ada");
        happens(older, 1, EventKind.CLAIMED, Status.SENDING);
        happens(older, 2, EventKind.SENT, Status.SENT);

        var answer = world.get(EVENTS).answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(places(answer.body()))
                .containsExactly(newer + " 0", older + " 2", older + " 1", older + " 0");
        assertThat(answer.body().at("/data/1"))
                .hasToString(
                        """
                        {"notificationId":"%s","channel":"inbox","template":"order-shipped",\
                        "sequence":2,"kind":"sent","status":"SENT","attempt":1,\
                        "at":"%s","until":null,"reason":null,"reference":null,\
                        "about":null}\
                        """
                                .formatted(older, world.clock.instant()));
        assertThat(answer.body().at("/data/3/kind").asText()).isEqualTo("accepted");
    }

    @Test
    void pages_hold_each_event_once() {
        var expected = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            var id = world.hasNotification(world.tenant, "ada");
            happens(id, 1, EventKind.CLAIMED, Status.SENDING);
            expected.addAll(0, List.of(id + " 1", id + " 0"));
        }
        var seen = new ArrayList<String>();

        var page = world.get(EVENTS).query("limit", "1").answer().body();
        seen.addAll(places(page));
        while (page.path("nextCursor").isTextual()) {
            assertThat(seen).hasSizeLessThan(expected.size());
            var cursor = page.path("nextCursor").asText();
            page = world.get(EVENTS).query("limit", "1").query("cursor", cursor).answer().body();
            assertThat(page.path("data")).hasSize(1);
            seen.addAll(places(page));
        }

        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void stays_when_the_user_is_deleted_and_is_nobodys_without_one() {
        var id = world.hasNotification(world.tenant, "ada");
        world.request("DELETE", "/v1/users/ada").answer();
        assertThat(places(world.get(EVENTS).answer().body())).containsExactly(id + " 0");

        world.get("/v1/users/nobody/events").answer().isProblem(404, "not-found");
        world.get("/v1/users/a%00b/events").answer().isProblem(404, "not-found");

        world.hasUser(world.tenant, "grace");
        assertThat(world.get("/v1/users/grace/events").answer().body())
                .hasToString("{\"data\":[],\"nextCursor\":null}");
    }

    @Test
    void tells_nothing_of_another_tenants_user() {
        world.hasNotification(world.otherTenant, "ada");

        assertThat(world.get(EVENTS).answer().isProblem(404, "not-found").text())
                .isEqualTo(
                        world.get("/v1/users/nobody/events")
                                .answer()
                                .isProblem(404, "not-found")
                                .text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "AAAAAAAAAAAAAAAA"})
    void refuses_a_cursor_that_is_none(String cursor) {
        world.hasNotification(world.tenant, "ada");

        assertThat(world.get(EVENTS).query("cursor", cursor).answer().wrong())
                .containsExactly("?cursor");
    }

    private void happens(NotificationId id, int sequence, EventKind kind, Status status) {
        world.stores.happened(
                new Event(id, sequence, kind, status, 1, world.clock.instant(), null, null, null));
    }

    private static List<String> places(JsonNode page) {
        return page.path("data")
                .valueStream()
                .map(event ->
                        event.path("notificationId").asText()
                                + " "
                                + event.path("sequence").asInt())
                .toList();
    }
}
