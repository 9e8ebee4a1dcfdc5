package io.herald.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Call;
import io.herald.api.http.HttpResponse;
import io.herald.api.http.Json;
import io.herald.api.http.Page;
import io.herald.api.http.Page.Positions;
import io.herald.api.http.Problem;
import io.herald.api.http.ProblemException;
import io.herald.api.http.Route;
import io.herald.api.http.Texts;
import io.herald.job.Job;
import io.herald.job.JobId;
import io.herald.job.JobState;
import io.herald.job.Jobs;
import io.herald.tenant.Scope;
import java.util.List;
import java.util.Optional;

/** What takes longer than a call. */
final class JobRoutes {
    static final String JOBS = "/v1/jobs";

    private static final String JOB = "/v1/jobs/{id}";
    private static final String CANCEL = "/v1/jobs/{id}/cancel";

    private static final Positions<JobId> BY_ID = new Positions<>(JobId::toString, JobRoutes::idOf);

    private final Jobs jobs;

    JobRoutes(Jobs jobs) {
        this.jobs = jobs;
    }

    List<Route> all() {
        return List.of(
                new Route("GET", JOBS, Scope.READ, Page.PARAMETERS, this::list),
                Route.of("GET", JOB, Scope.READ, this::get),
                Route.of("POST", CANCEL, Scope.MANAGE, this::cancel));
    }

    private HttpResponse list(Call call) {
        var page =
                Page.of(
                        call.query(),
                        List.of(JOBS, call.caller().toString()),
                        call.problems(),
                        BY_ID);
        call.problems().refuse();
        var found = jobs.list(call.caller(), page.after(), page.look());
        return HttpResponse.json(200, page.of(found, Job::id, JobRoutes::encode));
    }

    private HttpResponse get(Call call) {
        return idOf(call.path("id"))
                .flatMap(id -> jobs.find(call.caller(), id))
                .map(job -> HttpResponse.json(200, encode(job)))
                .orElseThrow(JobRoutes::noSuchJob);
    }

    private HttpResponse cancel(Call call) {
        call.problems().refuse();
        var job =
                idOf(call.path("id"))
                        .flatMap(id -> jobs.cancel(call.caller(), id))
                        .orElseThrow(JobRoutes::noSuchJob);
        if (job.state() != JobState.CANCELLED) {
            throw new ProblemException(
                    Problem.of(
                            Problem.Type.CONFLICT,
                            "It has ended already: it is %s.".formatted(job.state().text())));
        }
        return HttpResponse.json(200, encode(job));
    }

    private static ProblemException noSuchJob() {
        return new ProblemException(Problem.notFound("job"));
    }

    private static Optional<JobId> idOf(String text) {
        return Texts.parsed(text, JobId::parse);
    }

    static ObjectNode encode(Job job) {
        var json =
                Json.object()
                        .put("id", job.id().toString())
                        .put("kind", job.kind().text())
                        .put("state", job.state().text());
        json.set("progress", counts(job).put("processed", job.processed()));
        json.put("createdAt", job.createdAt().toString())
                .put("endedAt", job.endedAt() == null ? null : job.endedAt().toString());
        json.set("result", job.endedAt() == null ? null : counts(job));
        json.set("reason", NotificationRoutes.encode(job.reason()));
        return json;
    }

    private static ObjectNode counts(Job job) {
        return Json.object().put(job.kind().done(), job.succeeded()).put("skipped", job.skipped());
    }
}
