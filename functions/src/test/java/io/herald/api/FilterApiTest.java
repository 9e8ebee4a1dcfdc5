package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.contract.Samples;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filters of {@code GET /v1/notifications}; the first is made at 18:00:00.001Z. */
final class FilterApiTest {
    private final World world = new World();

    @Test
    void without_a_filter_all_of_the_tenant_are_listed() {
        var ada = world.hasNotification(world.tenant, "ada");
        var grace = world.hasNotification(world.tenant, "grace");
        world.hasNotification(world.otherTenant, "ada");

        assertThat(ids(list())).containsExactly(grace.toString(), ada.toString());
    }

    @Test
    void every_filter_must_apply() {
        var failed = world.hasNotification(world.tenant, "ada");
        var other = world.hasNotification(world.tenant, "ada");
        happened(failed, Status.FAILED);

        assertThat(ids(list().query("userId", "ada").query("status", "FAILED")))
                .containsExactly(failed.toString());
        assertThat(ids(list().query("userId", "ada").query("status", "PENDING")))
                .containsExactly(other.toString());
        assertThat(ids(list().query("channel", "inbox").query("template", "order-shipped")))
                .hasSize(2);
        assertThat(ids(list().query("channel", "email"))).isEmpty();
        assertThat(ids(list().query("template", "other"))).isEmpty();
        assertThat(ids(list().query("status", "FAILED").query("channel", "email"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T18:00:00.001Z, 2026-11-23T18:00:00.003Z, 12",
        "2026-11-23T19:00:00.001+01:00, 2026-11-23T12:30:00.003-05:30, 12",
        "2026-11-23T18:00:00.001000001Z, 2026-11-23T18:00:00.003000001Z, 23",
        "1969-01-01T00:00:00Z, 2026-11-23T18:00:00.002Z, 1",
        "2026-11-23T18:00:00.003z, 9999-12-31t23:59:59Z, 3",
        "2026-11-23T18:00:00.004Z, 2026-11-23T18:00:01Z, ''",
    })
    void times_may_have_any_offset(String after, String before, String expected) {
        var made = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            made.add(world.hasNotification(world.tenant, "ada").toString());
        }

        var found = ids(list().query("createdAfter", after).query("createdBefore", before));

        assertThat(found.reversed())
                .isEqualTo(expected.chars().mapToObj(each -> made.get(each - '1')).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-23",
                "2026-11-23T18:00:00",
                "2026-11-23T18:00Z",
                "2026-11-23T18:00:00 01:00",
                "2026-02-30T18:00:00Z",
                "2026-11-23T24:00:00Z",
                "2026-11-23T18:00:00.Z",
                "+12026-11-23T18:00:00Z",
                "2026-11-23T18:00:00+99:00",
                "1764000000",
            })
    void what_is_no_time_is_refused(String text) {
        assertThat(list().query("createdAfter", text).answer().wrong())
                .containsExactly("?createdAfter");
        assertThat(list().query("createdBefore", text).answer().wrong())
                .containsExactly("?createdBefore");
    }

    @Test
    void an_end_comes_after_its_beginning() {
        var noon = "2026-11-23T12:00:00Z";

        assertThat(list().query("createdAfter", noon).query("createdBefore", noon).answer().wrong())
                .containsExactly("?createdBefore");
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.class,
            names = {"BOUNCED", "FAILED", "UNKNOWN", "SUPPRESSED", "CANCELLED", "EXPIRED"})
    void a_rare_status_is_found_wherever_it_is(Status status) {
        var found = world.hasNotification(world.tenant, "ada");
        happened(found, status);

        assertThat(ids(list().query("status", status.name()))).containsExactly(found.toString());
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"BOUNCED", "FAILED", "UNKNOWN", "SUPPRESSED", "CANCELLED", "EXPIRED"})
    void a_common_status_needs_a_user_or_a_day(Status status) {
        var name = status.name();
        var begin = "2026-11-23T18:00:00Z";

        assertThat(list().query("status", name).answer().wrong()).containsExactly("?status");
        assertThat(list().query("status", name).query("channel", "inbox").answer().wrong())
                .containsExactly("?status");
        assertThat(list().query("status", name).query("createdAfter", begin).answer().wrong())
                .containsExactly("?status");
        assertThat(
                        list().query("status", name)
                                .query("createdAfter", begin)
                                .query("createdBefore", "2026-11-24T18:00:00.001Z")
                                .answer()
                                .wrong())
                .containsExactly("?status");
        assertThat(
                        list().query("status", name)
                                .query("createdAfter", begin)
                                .query("createdBefore", "2026-11-24T18:00:00Z")
                                .answer()
                                .status())
                .isEqualTo(200);
        assertThat(list().query("status", name).query("userId", "ada").answer().status())
                .isEqualTo(200);
    }

    @Test
    void a_search_that_ends_early_goes_on_with_its_cursor() {
        var expected = new ArrayList<String>();
        for (int i = 0; i < 3 * Stores.MAX_STEPS; i++) {
            var id = world.hasNotification(world.tenant, "ada");
            if (i % 70 == 5) {
                happened(id, Status.FAILED);
                expected.addFirst(id.toString());
            }
        }
        var request = list().query("userId", "ada").query("status", "FAILED");
        var seen = new ArrayList<String>();
        int pages = 0;
        JsonNode page;

        do {
            page = request.answer().body();
            seen.addAll(page.path("data").findValuesAsText("id"));
            request.query("cursor", page.path("nextCursor").asText());
            pages++;
        } while (page.path("nextCursor").isTextual());

        assertThat(seen).isEqualTo(expected);
        assertThat(pages).isBetween(3, 4);
    }

    @Test
    void a_cursor_fits_the_same_filters_only() {
        for (int i = 0; i < 2; i++) {
            happened(world.hasNotification(world.tenant, "ada"), Status.FAILED);
        }
        var first =
                list().query("limit", "1")
                        .query("status", "FAILED")
                        .query("createdAfter", "2026-11-23T18:00:00Z");
        var cursor = first.answer().body().path("nextCursor").asText();
        first.query("cursor", cursor);

        assertThat(ids(first)).hasSize(1);
        // The same time in other words.
        assertThat(ids(first.query("createdAfter", "2026-11-23T19:00:00+01:00"))).hasSize(1);
        assertThat(first.query("createdAfter", "2026-11-23T17:00:00Z").answer().wrong())
                .containsExactly("?cursor");
        assertThat(list().query("cursor", cursor).answer().wrong()).containsExactly("?cursor");
        assertThat(
                        list().query("cursor", cursor)
                                .query("userId", "FAILED")
                                .query("createdAfter", "2026-11-23T18:00:00Z")
                                .answer()
                                .wrong())
                .containsExactly("?cursor");
    }

    private World.Request list() {
        return world.get("/v1/notifications");
    }

    private void happened(NotificationId id, Status status) {
        world.clock.advance(Duration.ofMillis(1));
        world.stores.happened(
                Samples.event(world.clock, id, 1, EventKind.UNDELIVERABLE, status, 0));
    }

    private static List<String> ids(World.Request request) {
        var answer = request.answer();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.body().path("data").findValuesAsText("id");
    }
}
