package io.herald.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.job.JobId;
import io.herald.job.JobState;
import io.herald.job.Jobs;
import io.herald.job.Step;
import io.herald.notification.Reason;
import io.herald.tenant.Scope;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JobApiTest {
    private final World world = new World();

    @Test
    void a_job_that_has_ended_says_what_it_has_done() {
        var id = job(world.key);
        ends(id, JobState.DONE);

        var job = get(id);

        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.at("/progress/processed").intValue()).isEqualTo(3);
        assertThat(job.at("/result/replayed").intValue()).isEqualTo(0);
        assertThat(job.at("/result/skipped").intValue()).isEqualTo(3);
        assertThat(job.path("endedAt").asText()).isEqualTo(world.clock.instant().toString());
        assertThat(job.path("reason").isNull()).isTrue();
    }

    @Test
    void one_that_failed_says_why() {
        var id = job(world.key);
        ends(id, JobState.FAILED);

        assertThat(get(id).at("/reason/code").asText()).isEqualTo("internal_error");
    }

    @Test
    void a_cancelled_job_stays_cancelled() {
        var id = job(world.key);

        var cancelled = world.post("/v1/jobs/" + id + "/cancel").answer();
        var again = world.post("/v1/jobs/" + id + "/cancel").answer();

        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.body().path("state").asText()).isEqualTo("cancelled");
        assertThat(again.text()).isEqualTo(cancelled.text());
        assertThat(get(id)).isEqualTo(cancelled.body());
    }

    @ParameterizedTest
    @EnumSource(names = {"DONE", "FAILED"})
    void one_that_has_ended_is_not_cancelled(JobState state) {
        var id = job(world.key);
        ends(id, state);

        var answer = world.post("/v1/jobs/" + id + "/cancel").answer().isProblem(409, "conflict");

        assertThat(answer.body().path("detail").asText()).contains(state.text());
    }

    @Test
    void jobs_are_listed_newest_first_page_by_page() {
        var first = job(world.key).toString();
        job(world.otherKey);
        var second = job(world.key).toString();

        var page = world.get("/v1/jobs").query("limit", "1").answer().body();
        var next =
                world.get("/v1/jobs")
                        .query("limit", "1")
                        .query("cursor", page.path("nextCursor").asText())
                        .answer()
                        .body();

        assertThat(page.path("data").findValuesAsText("id")).containsExactly(second);
        assertThat(next.path("data").findValuesAsText("id")).containsExactly(first);
        assertThat(next.path("nextCursor").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "019ab3c1-7d2e-7b11-9c4e-52a0c3f1d001"})
    void what_is_none_is_not_found(String id) {
        world.get("/v1/jobs/" + id).answer().isProblem(404, "not-found");
        world.post("/v1/jobs/" + id + "/cancel").answer().isProblem(404, "not-found");
    }

    @Test
    void another_tenants_is_none() {
        var id = job(world.otherKey);

        world.get("/v1/jobs/" + id).answer().isProblem(404, "not-found");
        world.post("/v1/jobs/" + id + "/cancel").answer().isProblem(404, "not-found");
        assertThat(jobs().find(world.otherTenant, id).orElseThrow().endedAt()).isNull();
    }

    @Test
    void who_may_only_look_cancels_nothing() {
        var id = job(world.key);
        var reader = world.keyOf(world.tenant, EnumSet.of(Scope.READ), null);

        world.post("/v1/jobs/" + id + "/cancel")
                .key(reader)
                .answer()
                .isProblem(403, "insufficient-scope");
    }

    private Jobs jobs() {
        return world.stores.memory.jobs();
    }

    /** After it has taken up three things, all in vain. */
    private void ends(JobId id, JobState how) {
        var turn = jobs().take(Duration.ofSeconds(30)).orElseThrow();
        assertThat(turn.job().id()).isEqualTo(id);
        if (how == JobState.DONE) {
            jobs().advance(turn, new Step(List.of(), List.of(), 3, null));
        } else {
            jobs().fail(turn, new Reason("internal_error", "It broke."));
        }
    }

    private JsonNode get(JobId id) {
        return world.get("/v1/jobs/" + id).answer().body();
    }

    private JobId job(String key) {
        world.clock.advance(Duration.ofMillis(1));
        var answer =
                world.post("/v1/dead-letters/replay").key(key).json("{\"all\": true}").answer();
        assertThat(answer.status()).isEqualTo(202);
        return JobId.parse(answer.body().path("id").asText());
    }
}
