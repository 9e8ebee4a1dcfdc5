package io.herald.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.job.Job;
import io.herald.job.JobId;
import io.herald.job.JobKind;
import io.herald.job.JobState;
import io.herald.job.JobWork;
import io.herald.job.RunJobs;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.schedule.DueRow;
import io.herald.submission.Notification;
import io.herald.tenant.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Jobs over dead letters, over ports that are held to their contracts. */
public abstract class SettleDeadLettersContract {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);
    private static final Reason CAUSE = new Reason("refused", "It was refused.");
    private static final int PAGE = 10;

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    @Test
    void what_is_replayed_is_on_its_way_again_with_its_next_attempt() {
        var failed = failed(1, 3).getFirst();
        var job = job(JobKind.REPLAY, all());

        runToItsEnd();

        var replayed = store().timeline().newest(List.of(failed)).get(failed);
        assertThat(replayed)
                .isEqualTo(
                        new Event(
                                failed,
                                2,
                                EventKind.REPLAYED,
                                Status.PENDING,
                                3,
                                now(),
                                null,
                                null,
                                null));
        var rows = store().outbox().lease(now(), LEASE, 10, 1_000_000);
        assertThat(rows)
                .filteredOn(row -> row.sequence() == 2)
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.first()).isEqualTo(failed);
                    assertThat(row.attempt()).isEqualTo(4);
                });
        assertThat(store().dueWork().due(now().plus(LOOK_AGAIN), 10).rows())
                .extracting(DueRow::sequence)
                .containsExactly(2);
        assertDone(job, 1, 1);
    }

    @Test
    void all_are_replayed_page_by_page_and_none_of_another_tenant() {
        var mine = failed(35, 1);
        var others = new ArrayList<NotificationId>();
        var stranger = Samples.tenant();
        for (var each : Samples.submission(store().clock(), stranger, new UserId("bob"), 5)) {
            others.add(each.id());
            accept(List.of(each), 1);
        }
        var job = job(JobKind.REPLAY, all());

        assertThat(runToItsEnd()).isEqualTo(4);

        assertThat(mine).allSatisfy(id -> assertThat(statusOf(id)).isEqualTo(Status.PENDING));
        assertThat(others).allSatisfy(id -> assertThat(statusOf(id)).isEqualTo(Status.FAILED));
        assertDone(job, 35, 35);
    }

    @Test
    void what_fails_again_is_not_replayed_again_nor_what_failed_later() {
        var late = accepted(1).getFirst();
        pass();
        var failed = failed(PAGE + 1, 1);
        var job = job(JobKind.REPLAY, all());
        pass();
        refuse(late.id(), 1, 1);

        var runner = runner(settle());
        runner.step();
        for (var id : failed) {
            if (statusOf(id) == Status.PENDING) {
                refuse(id, 3, 2);
            }
        }
        runToItsEnd();

        assertThat(failed).allSatisfy(id -> assertThat(countOf(id, EventKind.REPLAYED)).isOne());
        assertThat(countOf(late.id(), EventKind.REPLAYED)).isZero();
        assertDone(job, PAGE + 1, PAGE + 1);
    }

    @Test
    void ids_that_are_no_dead_letters_are_skipped() {
        exists();
        var failed = failed(PAGE + 2, 1);
        var record = record();
        var others = failedOf(Samples.tenant());
        var ids = new ArrayList<DeadLetterId>();
        failed.forEach(id -> ids.add(DeadLetter.idOf(id)));
        ids.add(DeadLetter.idOf(accepted(1).getFirst().id()));
        ids.add(new DeadLetterId(UUID.randomUUID()));
        ids.add(DeadLetter.idOf(others));
        // A record cannot be replayed.
        ids.add(record);
        var job = job(JobKind.REPLAY, new Selection.Ids(ids));

        assertThat(runToItsEnd()).isEqualTo(2);

        assertDone(job, PAGE + 6, PAGE + 2);
        assertThat(statusOf(others)).isEqualTo(Status.FAILED);
        assertThat(store().deadLetters().find(tenant, List.of(record))).hasSize(1);
    }

    @Test
    void what_has_expired_is_skipped() {
        var inTime = timed(Duration.ofSeconds(10));
        var late = timed(Duration.ofSeconds(2));
        store().clock().advance(Duration.ofSeconds(2));
        var job = job(JobKind.REPLAY, all());

        runToItsEnd();

        assertThat(statusOf(inTime)).isEqualTo(Status.PENDING);
        assertThat(statusOf(late)).isEqualTo(Status.FAILED);
        assertDone(job, 2, 1);
    }

    /** One that failed, and expires. */
    private NotificationId timed(Duration in) {
        var submission = Samples.submission(store().clock(), tenant, new UserId("ada"), 1);
        var notification = Samples.timed(submission.getFirst(), new Timing(null, now().plus(in)));
        accept(List.of(notification), 1);
        return notification.id();
    }

    @Test
    void what_is_replayed_may_take_as_many_attempts_as_a_new_one() {
        var failed = failed(1, 3).getFirst();
        pass();
        job(JobKind.REPLAY, all());

        runToItsEnd();

        var terms = store().dueWork().due(now().plus(LOOK_AGAIN), 10).rows().getFirst().terms();
        assertThat(terms.since()).isEqualTo(now());
        assertThat(terms.attemptsBefore()).isEqualTo(3);
        assertThat(store().timeline().of(failed).getLast().attempt()).isEqualTo(3);
    }

    @Test
    void a_filter_says_which() {
        var failed = failed(3, 1);
        var other = accepted(1).getFirst().id();
        append(event(other, 1, 1, new Reason("other", "Words.")));
        var filter = new DeadLetterFilter("other", Channel.EMAIL, "order-shipped", null, null);
        var job = job(JobKind.REPLAY, new Selection.Matching(filter));

        runToItsEnd();

        assertThat(statusOf(other)).isEqualTo(Status.PENDING);
        assertThat(failed).allSatisfy(id -> assertThat(statusOf(id)).isEqualTo(Status.FAILED));
        assertDone(job, 1, 1);
    }

    @Test
    void what_is_discarded_stays_failed_for_its_reason_and_is_no_dead_letter_any_more() {
        exists();
        var failed = failed(2, 1);
        // Such as one that Kafka does not take.
        var neverTried = failed(1, 0).getFirst();
        record();
        var job = job(JobKind.DISCARD, all());

        runToItsEnd();

        for (var id : List.of(failed.get(0), failed.get(1), neverTried)) {
            var newest = store().timeline().of(id).getLast();
            assertThat(newest.kind()).isEqualTo(EventKind.DISCARDED);
            assertThat(newest.status()).isEqualTo(Status.FAILED);
            assertThat(newest.reason()).isEqualTo(CAUSE);
        }
        assertThat(statusOf(neverTried).mayBecome(Status.FAILED, 0)).isTrue();
        assertThat(
                        store().deadLetters()
                                .list(tenant, DeadLetterFilter.ALL, null, null, 10)
                                .letters())
                .isEmpty();
        assertThat(store().outbox().lease(now(), LEASE, 10, 1_000_000))
                .noneMatch(row -> row.sequence() > 0);
        assertDone(job, 4, 4);
    }

    @Test
    void who_dies_before_a_step_is_done_has_done_nothing_of_it_and_another_goes_on() {
        var failed = failed(2 * PAGE + 1, 1);
        var job = job(JobKind.REPLAY, all());
        var settle = settle();
        runner(settle).step();
        JobWork dying =
                at -> {
                    settle.next(at);
                    throw new Killed();
                };
        assertThatThrownBy(() -> runner(dying).step()).isInstanceOf(Killed.class);
        assertThat(failed.stream().filter(id -> statusOf(id) == Status.PENDING)).hasSize(PAGE);
        store().clock().advance(LEASE);

        runToItsEnd();

        assertThat(failed).allSatisfy(id -> assertThat(countOf(id, EventKind.REPLAYED)).isOne());
        assertDone(job, failed.size(), failed.size());
    }

    @Test
    void who_froze_on_the_way_does_not_do_again_what_another_has_done() {
        var failed = failed(2 * PAGE, 1);
        var job = job(JobKind.REPLAY, all());
        var settle = settle();
        JobWork freezing =
                at -> {
                    var step = settle.next(at);
                    store().clock().advance(LEASE);
                    runToItsEnd();
                    return step;
                };

        runner(freezing).step();

        assertThat(failed).allSatisfy(id -> assertThat(countOf(id, EventKind.REPLAYED)).isOne());
        assertDone(job, failed.size(), failed.size());
    }

    @Test
    void an_outage_ends_no_job() {
        var failed = failed(1, 1).getFirst();
        var job = job(JobKind.REPLAY, all());
        JobWork away =
                _ -> {
                    throw new StoreUnavailableException("away", new IllegalStateException());
                };
        assertThatThrownBy(() -> runner(away).step()).isInstanceOf(StoreUnavailableException.class);
        store().clock().advance(LEASE);

        runToItsEnd();

        assertThat(statusOf(failed)).isEqualTo(Status.PENDING);
        assertDone(job, 1, 1);
    }

    @Test
    void a_fault_ends_the_job_and_no_other() {
        var failed = failed(1, 1).getFirst();
        var broken = job(JobKind.DISCARD, all());
        var job = job(JobKind.REPLAY, all());
        JobWork fault =
                _ -> {
                    throw new IllegalStateException("a fault");
                };
        var runner =
                new RunJobs(
                        store().jobs(),
                        Map.of(JobKind.REPLAY, settle(), JobKind.DISCARD, fault),
                        store().clock(),
                        LEASE);

        runner.step();
        runner.step();

        var ended = store().jobs().find(tenant, broken).orElseThrow();
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.reason()).isNotNull();
        assertThat(statusOf(failed)).isEqualTo(Status.PENDING);
        assertDone(job, 1, 1);
    }

    @Test
    void many_runners_and_jobs_at_once_replay_each_once() throws Exception {
        var failed = failed(100, 1);
        var jobs = new ArrayList<JobId>();
        for (int i = 0; i < 4; i++) {
            jobs.add(job(JobKind.REPLAY, all()));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<java.util.concurrent.Future<Integer>>();
            for (int i = 0; i < 3; i++) {
                running.add(threads.submit(this::runToItsEnd));
            }
            for (var each : running) {
                each.get();
            }
        }

        assertThat(failed).allSatisfy(id -> assertThat(countOf(id, EventKind.REPLAYED)).isOne());
        var ended = jobs.stream().map(id -> store().jobs().find(tenant, id).orElseThrow()).toList();
        assertThat(ended).allMatch(job -> job.state() == JobState.DONE);
        assertThat(ended.stream().mapToLong(Job::succeeded).sum()).isEqualTo(100);
    }

    /** As kill -9: nothing catches it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static Selection all() {
        return new Selection.Matching(DeadLetterFilter.ALL);
    }

    private SettleDeadLetters settle() {
        return new SettleDeadLetters(store().deadLetters(), store().clock(), LOOK_AGAIN, PAGE);
    }

    private RunJobs runner(JobWork work) {
        return new RunJobs(
                store().jobs(),
                Map.of(JobKind.REPLAY, work, JobKind.DISCARD, work),
                store().clock(),
                LEASE);
    }

    /** How many steps that took. */
    private int runToItsEnd() {
        int steps = 0;
        var runner = runner(settle());
        while (store().jobs().list(tenant, null, 100).stream()
                .anyMatch(job -> job.endedAt() == null)) {
            runner.step();
            steps++;
        }
        return steps;
    }

    private JobId job(JobKind kind, Selection selection) {
        var id =
                new JobId(
                        new NotificationIds(store().clock(), new Random())
                                .consecutive(1)
                                .getFirst()
                                .value());
        store().jobs().create(Job.of(tenant, id, kind, selection.write(), now()), null);
        return id;
    }

    private void assertDone(JobId id, int processed, int succeeded) {
        var job = store().jobs().find(tenant, id).orElseThrow();
        assertThat(job.state()).isEqualTo(JobState.DONE);
        assertThat(job.processed()).isEqualTo(processed);
        assertThat(job.succeeded()).isEqualTo(succeeded);
    }

    private Instant now() {
        return store().clock().instant();
    }

    private void pass() {
        store().clock().advance(Duration.ofSeconds(1));
    }

    private void exists() {
        store().tenants().create(new Tenant(tenant, "t" + tenant, "whsec_x"));
    }

    private DeadLetterId record() {
        var record =
                new UndecodableRecord(
                        "herald.email",
                        0,
                        0,
                        (tenant + ":ada").getBytes(UTF_8),
                        new byte[0],
                        "empty",
                        now());
        store().deadLetters().keep(List.of(record));
        return record.id();
    }

    private List<Notification> accepted(int count) {
        var submission = Samples.submission(store().clock(), tenant, new UserId("ada"), count);
        store().notifications().accept(submission);
        return submission;
    }

    private List<NotificationId> failed(int count, int attempts) {
        var submission = Samples.submission(store().clock(), tenant, new UserId("ada"), count);
        accept(submission, attempts);
        return submission.stream().map(Notification::id).toList();
    }

    private NotificationId failedOf(TenantId owner) {
        var submission = Samples.submission(store().clock(), owner, new UserId("bob"), 1);
        accept(submission, 1);
        return submission.getFirst().id();
    }

    private void accept(List<Notification> submission, int attempts) {
        store().notifications().accept(submission);
        store().timeline()
                .append(
                        submission.stream()
                                .map(each ->
                                        Transition.of(
                                                each.tenant(),
                                                event(each.id(), 1, attempts, CAUSE)))
                                .toList());
    }

    private void refuse(NotificationId id, int sequence, int attempt) {
        append(event(id, sequence, attempt, CAUSE));
    }

    private void append(Event event) {
        assertThat(store().timeline().append(List.of(Transition.of(tenant, event)))).hasSize(1);
    }

    private Event event(NotificationId id, int sequence, int attempt, Reason reason) {
        return new Event(
                id, sequence, EventKind.REFUSED, Status.FAILED, attempt, now(), null, reason, null);
    }

    private Status statusOf(NotificationId id) {
        return store().timeline().of(id).getLast().status();
    }

    private long countOf(NotificationId id, EventKind kind) {
        return store().timeline().of(id).stream().filter(each -> each.kind() == kind).count();
    }
}
