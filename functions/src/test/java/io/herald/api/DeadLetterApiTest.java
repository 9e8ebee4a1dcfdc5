package io.herald.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.api.World.Answer;
import io.herald.deadletter.UndecodableRecord;
import io.herald.job.Job;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.tenant.Scope;
import io.herald.tenant.Tenant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadLetterApiTest {
    private static final String LETTERS = "/v1/dead-letters";

    private final World world = new World();
    private long offset;

    @BeforeEach
    void both_tenants_exist() {
        for (var tenant : List.of(world.tenant, world.otherTenant)) {
            world.stores.memory.tenants().create(new Tenant(tenant, "t" + tenant, "whsec_x"));
        }
    }

    @Test
    void a_failed_notification_is_listed_with_its_cause_and_without_its_payload() {
        var failed = failed(world.tenant, "mailbox_unavailable");
        world.hasNotification(world.tenant, "ada");
        failed(world.otherTenant, "mailbox_unavailable");

        var letter = onlyOne(world.get(LETTERS).answer());

        assertThat(letter.path("id").asText()).isEqualTo(failed.toString());
        assertThat(letter.path("kind").asText()).isEqualTo("notification");
        assertThat(letter.at("/cause/code").asText()).isEqualTo("mailbox_unavailable");
        assertThat(letter.at("/cause/words").asText()).isEqualTo("Nobody is there.");
        assertThat(letter.path("attempts").intValue()).isEqualTo(3);
        assertThat(letter.path("userId").asText()).isEqualTo("ada");
        assertThat(letter.path("channel").asText()).isEqualTo("inbox");
        assertThat(letter.path("template").asText()).isEqualTo("order-shipped");
        assertThat(letter.path("record").isNull()).isTrue();
        assertThat(letter.toString()).doesNotContain("A-17", "cart");
    }

    @Test
    void one_by_itself_shows_all_that_was_to_be_sent_and_all_that_happened() {
        var failed = failed(world.tenant, "mailbox_unavailable");

        var letter = world.get(LETTERS + "/" + failed).answer().body();

        assertThat(letter.at("/payload/order").asText()).isEqualTo("A-17");
        assertThat(letter.at("/metadata/cart").asText()).isEqualTo("9");
        assertThat(letter.path("templateVersion").intValue()).isEqualTo(1);
        assertThat(letter.path("events").findValuesAsText("kind"))
                .containsExactly("accepted", "refused");
        assertThat(letter.path("value").isNull()).isTrue();
    }

    @Test
    void a_record_is_shown_to_the_tenant_whom_its_key_names() {
        var record = hasRecord(world.tenant.value() + ":ada", "not a record");
        hasRecord(world.otherTenant.value() + ":ada", "not a record");
        hasRecord("nobody", "not a record");

        var letter = onlyOne(world.get(LETTERS).answer());
        var whole = world.get(LETTERS + "/" + record.id()).answer().body();

        assertThat(letter.path("kind").asText()).isEqualTo("record");
        assertThat(letter.at("/cause/code").asText()).isEqualTo("undecodable");
        assertThat(letter.at("/cause/words").asText()).isEqualTo("The record is not JSON.");
        assertThat(letter.path("record"))
                .isEqualTo(
                        read(
                                """
                                {"topic": "herald.email", "partition": 3, "offset": 0, "size": 12}\
                                """));
        assertThat(letter.has("value")).isFalse();
        assertThat(whole.path("value").asText()).isEqualTo("bm90IGEgcmVjb3Jk");
        assertThat(whole.path("events")).isEmpty();
        assertThat(letter.path("createdAt").asText()).isEqualTo(record.at().toString());
    }

    @Test
    void of_a_long_record_the_beginning_is_shown() {
        var record = hasRecord(world.tenant.value() + ":ada", "x".repeat(70_000));

        var letter = world.get(LETTERS + "/" + record.id()).answer().body();

        assertThat(letter.at("/record/size").intValue()).isEqualTo(70_000);
        assertThat(Base64.getDecoder().decode(letter.path("value").asText())).hasSize(65_536);
    }

    @Test
    void every_filter_must_apply() {
        var failed = failed(world.tenant, "mailbox_unavailable").toString();
        var other = failed(world.tenant, "provider_silent").toString();
        var record = hasRecord(world.tenant.value() + ":ada", "").id().toString();

        assertThat(listed("cause", "mailbox_unavailable")).containsExactly(failed);
        assertThat(listed("cause", "undecodable")).containsExactly(record);
        assertThat(listed("cause", "unheard_of")).isEmpty();
        assertThat(listed("channel", "inbox")).containsExactly(other, failed);
        assertThat(listed("channel", "email")).isEmpty();
        assertThat(listed("template", "order-shipped")).containsExactly(other, failed);
        assertThat(listed("createdBefore", "2026-11-23T18:00:00.002Z")).containsExactly(failed);
        assertThat(listed("createdAfter", "2026-11-23T18:00:00.002Z"))
                .containsExactly(record, other);
    }

    @Test
    void pages_lead_from_one_to_the_next() {
        var first = failed(world.tenant, "a").toString();
        var second = hasRecord(world.tenant.value() + ":ada", "").id().toString();
        var third = failed(world.tenant, "a").toString();

        var page = world.get(LETTERS).query("limit", "2").answer().body();
        var cursor = page.path("nextCursor").asText();
        var next = world.get(LETTERS).query("limit", "2").query("cursor", cursor).answer().body();

        assertThat(page.path("data").findValuesAsText("id")).containsExactly(third, second);
        assertThat(next.path("data").findValuesAsText("id")).containsExactly(first);
        assertThat(next.path("nextCursor").isNull()).isTrue();
        assertThat(world.get(LETTERS).query("cause", "a").query("cursor", cursor).answer().wrong())
                .containsExactly("?cursor");
    }

    @ParameterizedTest
    @CsvSource({
        "cause, NOT-A-CODE",
        "cause, ''",
        "channel, fax",
        "template, Not A Key",
        "createdAfter, yesterday",
        "createdBefore, 2026-02-30T00:00:00Z",
        "status, FAILED",
    })
    void what_is_no_filter_is_refused(String name, String value) {
        assertThat(world.get(LETTERS).query(name, value).answer().wrong())
                .containsExactly("?" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "019ab3c1-7d2e-7b11-9c4e-52a0c3f1d001"})
    void what_is_none_is_not_found(String id) {
        world.get(LETTERS + "/" + id).answer().isProblem(404, "not-found");
    }

    @Test
    void what_is_on_its_way_is_none() {
        var id = world.hasNotification(world.tenant, "ada");

        world.get(LETTERS + "/" + id).answer().isProblem(404, "not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"replay", "discard"})
    void a_job_is_made_of_what_is_to_be_done(String what) {
        var answer = post(what, "{\"all\": true}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        var job = answer.body();
        assertThat(answer.headers())
                .containsEntry("Location", "/v1/jobs/" + job.path("id").asText());
        assertThat(job.path("kind").asText()).isEqualTo(what);
        assertThat(job.path("state").asText()).isEqualTo("queued");
        assertThat(job.path("progress"))
                .isEqualTo(read("{\"%sed\": 0, \"skipped\": 0, \"processed\": 0}".formatted(what)));
        assertThat(world.get("/v1/jobs/" + job.path("id").asText()).answer().body()).isEqualTo(job);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"all\": true, \"ids\": [\"019ab3c1-7d2e-7b11-9c4e-52a0c3f1d001\"]}",
                "{\"all\": true, \"filter\": {\"cause\": \"a\"}}",
                "{\"all\": null}",
            })
    void exactly_one_says_what_is_meant(String body) {
        assertThat(post("replay", body).wrong()).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"all\": false}                              | /all",
                "{\"all\": 1}                                  | /all",
                "{\"ids\": []}                                 | /ids",
                "{\"ids\": [\"x\"]}                            | /ids/0",
                "{\"filter\": {}}                              | /filter",
                "{\"filter\": {\"cause\": \"NO\"}}             | /filter/cause",
                "{\"filter\": {\"status\": \"FAILED\"}}        | /filter/status,/filter",
                "{\"filter\": {\"createdAfter\": \"soon\"}}    | /filter/createdAfter",
                "{\"filter\": 7}                               | /filter",
                "{\"all\": true, \"every\": 1}                 | /every",
            })
    void what_is_wrong_is_named(String body, String pointers) {
        assertThat(post("discard", body).wrong()).containsExactly(pointers.split(","));
        assertThat(jobs()).isEmpty();
    }

    @Test
    void a_filters_end_comes_after_its_beginning() {
        assertThat(
                        post(
                                        "replay",
                                        """
                                        {"filter": {"createdAfter": "2026-11-23T18:00:00Z",
                                                    "createdBefore": "2026-11-23T18:00:00Z"}}\
                                        """)
                                .wrong())
                .containsExactly("/filter/createdBefore");
    }

    @Test
    void at_most_a_thousand_ids_each_once() {
        var ids =
                Stream.generate(UUID::randomUUID).limit(1_001).map(id -> "\"" + id + "\"").toList();

        assertThat(post("replay", "{\"ids\": " + ids.subList(0, 1_000) + "}").status())
                .isEqualTo(202);
        assertThat(post("replay", "{\"ids\": " + ids + "}").wrong()).containsExactly("/ids");
        assertThat(post("replay", "{\"ids\": " + List.of(ids.get(0), ids.get(0)) + "}").wrong())
                .containsExactly("/ids/1");
    }

    @Test
    void a_key_makes_one_job() {
        var first = post("replay", "{\"all\": true}", "k");
        var again = post("replay", "{\"all\": true}", "k");
        var other = post("replay", "{\"filter\": {\"cause\": \"a\"}}", "k");
        var discard = post("discard", "{\"all\": true}", "k");

        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.headers())
                .containsEntry("Idempotent-Replayed", "true")
                .containsEntry("Location", first.headers().get("Location"));
        assertThat(other.wrong()).containsExactly("?Idempotency-Key");
        assertThat(discard.status()).isEqualTo(202);
        assertThat(jobs()).hasSize(2);
    }

    @Test
    void ten_jobs_may_be_open() {
        for (int i = 0; i < 10; i++) {
            assertThat(post("replay", "{\"all\": true}").status()).isEqualTo(202);
        }

        var answer = post("replay", "{\"all\": true}").isProblem(409, "conflict");

        assertThat(answer.headers()).containsKey("Retry-After");
    }

    @Test
    void who_may_only_look_changes_nothing() {
        var reader = world.keyOf(world.tenant, EnumSet.of(Scope.READ, Scope.SEND), null);

        assertThat(world.get(LETTERS).key(reader).answer().status()).isEqualTo(200);
        for (var what : List.of("replay", "discard")) {
            world.post(LETTERS + "/" + what)
                    .key(reader)
                    .json("{\"all\": true}")
                    .answer()
                    .isProblem(403, "insufficient-scope");
        }
    }

    private Answer post(String what, String body) {
        return world.post(LETTERS + "/" + what).json(body).answer();
    }

    private Answer post(String what, String body, String key) {
        return world.post(LETTERS + "/" + what).header("Idempotency-Key", key).json(body).answer();
    }

    private List<String> listed(String filter, String value) {
        return world.get(LETTERS)
                .query(filter, value)
                .answer()
                .body()
                .path("data")
                .findValuesAsText("id");
    }

    private List<Job> jobs() {
        return world.stores.memory.jobs().list(world.tenant, null, 100);
    }

    private static JsonNode onlyOne(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body().path("data")).hasSize(1);
        assertThat(answer.body().path("nextCursor").isNull()).isTrue();
        return answer.body().at("/data/0");
    }

    private NotificationId failed(TenantId owner, String cause) {
        var id = world.hasNotification(owner, "ada");
        world.stores.happened(
                new Event(
                        id,
                        1,
                        EventKind.REFUSED,
                        Status.FAILED,
                        3,
                        world.clock.instant(),
                        null,
                        new Reason(cause, "Nobody is there."),
                        null));
        return id;
    }

    private UndecodableRecord hasRecord(String key, String value) {
        world.clock.advance(Duration.ofMillis(1));
        var record =
                new UndecodableRecord(
                        "herald.email",
                        3,
                        offset++,
                        key.getBytes(UTF_8),
                        value.getBytes(UTF_8),
                        "The record is not JSON.",
                        world.clock.instant());
        world.stores.memory.deadLetters().keep(List.of(record));
        return record;
    }

    private static JsonNode read(String json) {
        try {
            return World.JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
