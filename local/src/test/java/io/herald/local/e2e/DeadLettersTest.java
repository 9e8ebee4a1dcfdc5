package io.herald.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Herald gave up on, from a provider that refuses to the day when that is mended. */
class DeadLettersTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int GONE = 410;

    private final Stack stack = Stack.current();
    private Stack.TestTenant tenant = stack.newTenant();
    private Api api = tenant.api();

    @BeforeEach
    void a_tenant_with_a_user_and_a_template() {
        tenant = stack.newTenantWithAda();
        api = tenant.api();
    }

    @AfterEach
    void webhooks_are_taken_again() {
        stack.webhookAnswers(204);
    }

    @Test
    void what_a_provider_refused_is_replayed_once_it_is_mended_and_delivered_once() {
        var failed = refused(5);
        var other = api.send("ada", "inbox", "order-shipped", "{\"order\": \"F\"}");
        assertThat(api.settled(other, SOON)).isEqualTo("DELIVERED");

        assertThat(listed("?cause=endpoint_gone&channel=webhook&template=order-shipped"))
                .containsExactlyInAnyOrderElementsOf(failed);
        assertThat(listed("?cause=endpoint_silent")).isEmpty();
        var letter = api.get("/v1/dead-letters/" + failed.getFirst()).expect(200).body();
        assertThat(letter.at("/cause/words").asText()).isNotBlank();
        assertThat(letter.at("/payload/order").asText()).isEqualTo("A-0");
        assertThat(letter.path("attempts").asInt()).isEqualTo(1);

        stack.webhookAnswers(204);
        var job = ended(job("replay", "{\"filter\": {\"cause\": \"endpoint_gone\"}}"));

        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.at("/result/replayed").asInt()).isEqualTo(5);
        assertThat(job.at("/result/skipped").asInt()).isZero();
        for (var id : failed) {
            assertThat(api.settled(id, SOON)).isEqualTo("DELIVERED");
            // Refused once, taken once.
            assertThat(stack.webhooksAbout(id)).hasSize(2);
            assertThat(kinds(id)).contains("refused", "replayed", "delivered");
        }
        assertThat(listed("")).isEmpty();
    }

    @Test
    void what_is_discarded_stays_failed_and_is_never_tried_again() {
        var failed = refused(3);
        stack.webhookAnswers(204);

        var job = ended(job("discard", "{\"ids\": [\"%s\"]}".formatted(failed.get(0))));
        assertThat(job.at("/result/discarded").asInt()).isEqualTo(1);
        assertThat(listed("")).containsExactlyInAnyOrder(failed.get(1), failed.get(2));
        var replay = ended(job("replay", "{\"all\": true}"));

        assertThat(replay.at("/result/replayed").asInt()).isEqualTo(2);
        assertThat(api.settled(failed.get(1), SOON)).isEqualTo("DELIVERED");
        assertThat(api.statusOf(failed.get(0))).isEqualTo("FAILED");
        assertThat(stack.webhooksAbout(failed.get(0))).hasSize(1);
        var reason = api.get("/v1/notifications/" + failed.get(0)).expect(200).body();
        assertThat(reason.at("/reason/code").asText()).isEqualTo("endpoint_gone");
    }

    @Test
    void what_is_refused_again_is_a_dead_letter_again() {
        var failed = refused(1).getFirst();

        var job = ended(job("replay", "{\"all\": true}"));
        assertThat(job.at("/progress/processed").asInt()).isEqualTo(1);

        Api.await(
                () -> api.eventsOf(failed),
                events ->
                        events.path(events.size() - 1).path("attempt").asInt() == 2
                                && events.path(events.size() - 1)
                                        .path("status")
                                        .asText()
                                        .equals("FAILED"),
                SOON,
                () -> "it was not tried again");
        assertThat(listed("")).containsExactly(failed);
        assertThat(stack.webhooksAbout(failed)).hasSize(2);
    }

    @Test
    void a_record_that_is_none_is_a_dead_letter_of_the_tenant_whom_its_key_names() {
        var other = stack.newTenant();
        stack.poison("herald.email", tenant, "ada", "not a record at all");

        var letter =
                Api.await(
                                () -> api.get("/v1/dead-letters?cause=undecodable").body(),
                                page -> page.path("data").size() == 1,
                                SOON,
                                () -> "the record is not listed")
                        .at("/data/0");

        assertThat(letter.path("kind").asText()).isEqualTo("record");
        assertThat(letter.at("/record/topic").asText()).isEqualTo("herald.email");
        var id = letter.path("id").asText();
        var whole = api.get("/v1/dead-letters/" + id).expect(200).body();
        assertThat(Base64.getDecoder().decode(whole.path("value").asText()))
                .asString()
                .isEqualTo("not a record at all");
        other.api().get("/v1/dead-letters/" + id).expect(404);

        var replay = ended(job("replay", "{\"ids\": [\"%s\"]}".formatted(id)));
        assertThat(replay.at("/result/skipped").asInt()).isEqualTo(1);
        var discard = ended(job("discard", "{\"all\": true}"));
        assertThat(discard.at("/result/discarded").asInt()).isEqualTo(1);
        assertThat(listed("")).isEmpty();
    }

    @Test
    void a_record_under_no_tenants_key_is_seen_by_administration_alone() {
        var nobody = new Stack.TestTenant(new java.util.UUID(1, 2), "nobody", "", api);
        stack.poison("herald.email", nobody, "x" + tenant.id(), "nobody's");

        var found =
                Api.await(
                        () -> stack.administer("{\"action\": \"listDeadLetters\"}"),
                        answer -> !answer.path("deadLetters").isEmpty(),
                        SOON,
                        () -> "the record is not listed");
        assertThat(listed("")).isEmpty();
        var ids = found.path("deadLetters").findValuesAsText("id");
        var discarded =
                stack.administer(
                        "{\"action\": \"discardDeadLetters\", \"ids\": [\"%s\"]}"
                                .formatted(String.join("\", \"", ids)));
        assertThat(discarded.path("discarded").asInt()).isEqualTo(ids.size());
    }

    private List<String> refused(int count) {
        stack.webhookAnswers(GONE);
        var ids = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            ids.add(api.send("ada", "webhook", "order-shipped", "{\"order\": \"A-" + i + "\"}"));
        }
        for (var id : ids) {
            assertThat(api.settled(id, SOON)).isEqualTo("FAILED");
        }
        return ids;
    }

    private List<String> listed(String query) {
        return api.get("/v1/dead-letters" + query)
                .expect(200)
                .body()
                .path("data")
                .findValuesAsText("id");
    }

    /** Where it is. */
    private String job(String what, String body) {
        var made = api.post("/v1/dead-letters/" + what, body).expect(202);
        var path = "/v1/jobs/" + made.body().path("id").asText();
        assertThat(made.response().headers().firstValue("Location")).contains(stack.url() + path);
        return path;
    }

    private JsonNode ended(String location) {
        return Api.await(
                () -> api.get(location).expect(200).body(),
                job -> !job.path("endedAt").isNull(),
                SOON,
                () -> "the job does not end");
    }

    private List<String> kinds(String id) {
        return StreamSupport.stream(api.eventsOf(id).spliterator(), false)
                .map(event -> event.path("kind").asText())
                .toList();
    }
}
