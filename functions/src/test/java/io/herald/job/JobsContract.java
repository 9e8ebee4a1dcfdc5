package io.herald.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.job.Jobs.Creation;
import io.herald.job.Jobs.Turn;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeptAnswer;
import io.herald.submission.KeyedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link Jobs} keeps to. */
public abstract class JobsContract {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Reason BROKEN = new Reason("internal_error", "It broke.");

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void a_job_is_found_and_listed_by_its_tenant_only() {
        var first = job(tenant);
        var second = job(tenant);
        var others = job(Samples.tenant());

        assertThat(jobs().find(tenant, first.id())).contains(first);
        assertThat(jobs().list(tenant, null, 10)).containsExactly(second, first);
        assertThat(jobs().list(tenant, null, 1)).containsExactly(second);
        assertThat(jobs().list(tenant, second.id(), 10)).containsExactly(first);
        assertThat(jobs().find(tenant, others.id())).isEmpty();
        assertThat(jobs().cancel(tenant, others.id())).isEmpty();
        assertThat(jobs().find(others.tenant(), others.id())).contains(others);
    }

    @Test
    void who_takes_a_turn_knows_what_the_job_is_about() {
        var task = Samples.object().put("odd", Samples.ODD_TEXT);
        var job = Job.of(tenant, newId(), JobKind.DISCARD, task, now());
        jobs().create(job, null);

        assertThat(take().job().task()).isEqualTo(task);
    }

    @Test
    void a_key_makes_one_job_and_its_answer_is_kept_with_it() {
        var key = new KeyedRequest(new IdempotencyKey(IdempotencyKey.Use.REPLAY, "key"), "print");
        var answer = new KeptAnswer(key, Samples.object().put("id", 1));
        var first = newJob(tenant);

        assertThat(jobs().create(first, answer)).isEqualTo(Creation.CREATED);
        assertThat(jobs().create(newJob(tenant), answer)).isEqualTo(Creation.KEY_TAKEN);

        assertThat(jobs().list(tenant, null, 10)).containsExactly(first);
        assertThat(store().keptAnswers().find(tenant, List.of(key.key()))).containsValue(answer);
    }

    @Test
    void so_many_of_a_tenant_may_be_open_and_no_more() {
        var first = job(tenant);
        for (int i = 1; i < Jobs.MAX_OPEN; i++) {
            job(tenant);
        }
        var key = new KeyedRequest(new IdempotencyKey(IdempotencyKey.Use.REPLAY, "key"), "print");

        assertThat(jobs().create(newJob(tenant), new KeptAnswer(key, Samples.object())))
                .isEqualTo(Creation.TOO_MANY);
        assertThat(store().keptAnswers().find(tenant, List.of(key.key()))).isEmpty();
        assertThat(jobs().list(tenant, null, 20)).hasSize(Jobs.MAX_OPEN);
        job(Samples.tenant());

        jobs().cancel(tenant, first.id());
        job(tenant);
    }

    @Test
    void jobs_take_turns() {
        var one = job(tenant).id();
        pass();
        var two = job(Samples.tenant()).id();
        pass();
        var three = job(tenant).id();

        var order = new ArrayList<JobId>();
        for (int i = 0; i < 6; i++) {
            pass();
            var turn = take();
            order.add(turn.job().id());
            assertThat(jobs().advance(turn, step("more"))).isTrue();
        }

        assertThat(order).containsExactly(one, two, three, one, two, three);
    }

    @Test
    void a_turn_that_nobody_ends_is_given_again_and_then_the_first_is_over() {
        var notification = failed();
        var job = job(tenant);
        var lost = take();
        assertThat(jobs().take(LEASE)).isEmpty();
        store().clock().advance(LEASE);

        var turn = take();

        assertThat(turn.job().id()).isEqualTo(job.id());
        assertThat(jobs().advance(lost, replaying("far", notification))).isFalse();
        jobs().fail(lost, BROKEN);
        assertThat(eventsOf(notification)).hasSize(1);
        assertThat(jobs().advance(turn, step("here"))).isTrue();
        assertThat(take().job().position()).isEqualTo("here");
    }

    @Test
    void a_step_is_done_together_with_its_progress() {
        var won = failed();
        var raced = failed();
        var job = job(tenant);
        var first = take();
        assertThat(first.job().state()).isEqualTo(JobState.RUNNING);
        append(replayed(raced));

        jobs().advance(first, replaying("next", won, raced));

        assertThat(eventsOf(won)).hasSize(2);
        assertThat(eventsOf(raced)).hasSize(2);
        var second = take();
        assertThat(second.job().position()).isEqualTo("next");
        assertThat(second.job().processed()).isEqualTo(2);
        assertThat(second.job().succeeded()).isEqualTo(1);

        pass();
        jobs().advance(second, step(null));

        var done = jobs().find(tenant, job.id()).orElseThrow();
        assertThat(done.state()).isEqualTo(JobState.DONE);
        assertThat(done.endedAt()).isEqualTo(now());
        assertThat(done.processed()).isEqualTo(2);
        assertThat(done.skipped()).isEqualTo(1);
        assertThat(jobs().take(LEASE)).isEmpty();
    }

    @Test
    void once_it_is_cancelled_nothing_more_is_done() {
        var notification = failed();
        var job = job(tenant);
        var turn = take();

        var cancelled = jobs().cancel(tenant, job.id()).orElseThrow();

        assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
        assertThat(cancelled.endedAt()).isEqualTo(now());
        assertThat(jobs().advance(turn, replaying("next", notification))).isFalse();
        assertThat(eventsOf(notification)).hasSize(1);
        assertThat(jobs().find(tenant, job.id())).contains(cancelled);
        store().clock().advance(LEASE);
        assertThat(jobs().take(LEASE)).isEmpty();
        assertThat(jobs().cancel(tenant, job.id())).contains(cancelled);
    }

    @Test
    void what_has_ended_otherwise_stays_so() {
        var job = job(tenant);
        jobs().advance(take(), step(null));

        assertThat(jobs().cancel(tenant, job.id()).orElseThrow().state()).isEqualTo(JobState.DONE);
    }

    @Test
    void one_that_cannot_go_on_says_why() {
        var job = job(tenant);
        jobs().fail(take(), BROKEN);

        var failed = jobs().find(tenant, job.id()).orElseThrow();
        assertThat(failed.state()).isEqualTo(JobState.FAILED);
        assertThat(failed.reason()).isEqualTo(BROKEN);
        assertThat(failed.endedAt()).isEqualTo(now());
        assertThat(jobs().take(LEASE)).isEmpty();
    }

    @Test
    void those_that_ended_long_ago_are_forgotten() {
        var open = job(tenant).id();
        var ended = job(tenant).id();
        var other = job(tenant).id();
        jobs().cancel(tenant, ended);
        jobs().cancel(tenant, other);
        pass();
        var last = job(tenant).id();
        jobs().cancel(tenant, last);

        assertThat(jobs().forget(now(), 1)).isTrue();
        assertThat(jobs().forget(now(), 10)).isFalse();

        assertThat(jobs().list(tenant, null, 10).stream().map(Job::id)).containsExactly(last, open);
    }

    private Jobs jobs() {
        return store().jobs();
    }

    private java.time.Instant now() {
        return store().clock().instant();
    }

    private void pass() {
        store().clock().advance(Duration.ofSeconds(1));
    }

    private JobId newId() {
        pass();
        return new JobId(
                new NotificationIds(store().clock(), new Random())
                        .consecutive(1)
                        .getFirst()
                        .value());
    }

    private Job newJob(TenantId owner) {
        var id = newId();
        ObjectNode nothing = Samples.object();
        return Job.of(owner, id, JobKind.REPLAY, nothing, now());
    }

    private Job job(TenantId owner) {
        var job = newJob(owner);
        assertThat(jobs().create(job, null)).isEqualTo(Creation.CREATED);
        return job;
    }

    private Turn take() {
        return jobs().take(LEASE).orElseThrow();
    }

    private static Step step(@org.jspecify.annotations.Nullable String position) {
        return new Step(List.of(), List.<UUID>of(), 0, position);
    }

    private Step replaying(String position, NotificationId... notifications) {
        var events = new ArrayList<Transition>();
        for (var notification : notifications) {
            events.add(replayed(notification));
        }
        return new Step(events, List.of(), events.size(), position);
    }

    private Transition replayed(NotificationId notification) {
        return new Transition(
                tenant,
                Samples.event(
                        store().clock(), notification, 2, EventKind.REPLAYED, Status.PENDING, 1),
                now().plusSeconds(60),
                null,
                true);
    }

    private NotificationId failed() {
        var submission = Samples.submission(store().clock(), tenant, new UserId("ada"), 1);
        store().notifications().accept(submission);
        var id = submission.getFirst().id();
        append(
                Transition.of(
                        tenant,
                        Samples.event(
                                store().clock(), id, 1, EventKind.REFUSED, Status.FAILED, 1)));
        return id;
    }

    private void append(Transition transition) {
        assertThat(store().timeline().append(List.of(transition))).hasSize(1);
    }

    private List<Event> eventsOf(NotificationId notification) {
        return store().timeline().of(notification);
    }
}
