package io.herald.memory;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.deadletter.DeadLetterId;
import io.herald.job.Job;
import io.herald.job.JobId;
import io.herald.job.JobState;
import io.herald.job.Jobs;
import io.herald.job.Step;
import io.herald.memory.MemoryState.Kept;
import io.herald.memory.MemoryState.TenantKey;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.TenantId;
import io.herald.submission.KeptAnswer;
import io.herald.submission.KeptAnswers;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

record MemoryJobs(MemoryState state, MemoryDeadLetters deadLetters, Map<JobId, Row> rows)
        implements Jobs {

    /**
     * A row of the table.
     *
     * @param turn how many were given
     * @param turnAt when the next one may be
     */
    record Row(Job job, int turn, Instant turnAt) {}

    private static final Comparator<Job> NEWEST_FIRST =
            comparing((Job job) -> new NotificationId(job.id().value())).reversed();

    @Override
    public Creation create(Job job, @Nullable KeptAnswer answer) {
        var now = state.clock.instant();
        var key = answer == null ? null : new TenantKey(job.tenant(), answer.key());
        var kept = key == null ? null : state.kept.get(key);
        if (kept != null && kept.createdAt().isAfter(now.minus(KeptAnswers.KEPT))) {
            return Creation.KEY_TAKEN;
        }
        var open =
                rows.values().stream()
                        .map(Row::job)
                        .filter(each -> each.tenant().equals(job.tenant()))
                        .filter(each -> each.endedAt() == null)
                        .count();
        if (open >= MAX_OPEN) {
            return Creation.TOO_MANY;
        }
        if (key != null && answer != null) {
            state.kept.put(key, new Kept(answer, now));
        }
        rows.put(job.id(), new Row(job, 0, job.createdAt()));
        return Creation.CREATED;
    }

    @Override
    public Optional<Job> find(TenantId tenant, JobId id) {
        return Optional.ofNullable(rows.get(id))
                .map(Row::job)
                .filter(job -> job.tenant().equals(tenant))
                .map(MemoryJobs::told);
    }

    @Override
    public List<Job> list(TenantId tenant, @Nullable JobId before, int limit) {
        return rows.values().stream()
                .map(Row::job)
                .filter(job -> job.tenant().equals(tenant))
                .sorted(NEWEST_FIRST)
                .filter(job -> before == null || isOlder(job.id(), before))
                .limit(limit)
                .map(MemoryJobs::told)
                .toList();
    }

    private static boolean isOlder(JobId one, JobId other) {
        return new NotificationId(one.value()).compareTo(new NotificationId(other.value())) < 0;
    }

    @Override
    public Optional<Job> cancel(TenantId tenant, JobId id) {
        find(tenant, id)
                .filter(job -> job.endedAt() == null)
                .ifPresent(_ -> end(id, JobState.CANCELLED, null));
        return find(tenant, id);
    }

    @Override
    public Optional<Turn> take(Duration lease) {
        var now = state.clock.instant();
        return rows.values().stream()
                .filter(row -> row.job().endedAt() == null && !row.turnAt().isAfter(now))
                .min(comparing(Row::turnAt))
                .map(row -> {
                    var job = with(row.job(), JobState.RUNNING, row.job().position(), 0, 0, null);
                    rows.put(job.id(), new Row(job, row.turn() + 1, now.plus(lease)));
                    return new Turn(job, row.turn() + 1);
                });
    }

    @Override
    public boolean advance(Turn turn, Step step) {
        var row = held(turn);
        if (row.isEmpty()) {
            return false;
        }
        var job = row.get().job();
        var now = state.clock.instant();
        var records = step.records().stream().map(DeadLetterId::new).toList();
        int succeeded =
                new MemoryTimeline(state).append(step.events()).size()
                        + deadLetters.discard(Optional.of(job.tenant()), records);
        boolean last = step.position() == null;
        var advanced =
                with(
                        job,
                        last ? JobState.DONE : JobState.RUNNING,
                        step.position(),
                        step.processed(),
                        succeeded,
                        last ? MemoryState.micros(now) : null);
        rows.put(job.id(), new Row(advanced, turn.number(), now));
        return true;
    }

    private Optional<Row> held(Turn turn) {
        return Optional.ofNullable(rows.get(turn.job().id()))
                .filter(row -> row.turn() == turn.number() && row.job().endedAt() == null);
    }

    @Override
    public void fail(Turn turn, Reason reason) {
        held(turn).ifPresent(row -> end(row.job().id(), JobState.FAILED, reason));
    }

    @Override
    public boolean forget(Instant endedBefore, int limit) {
        var old =
                rows.values().stream()
                        .map(Row::job)
                        .filter(job -> isBefore(job.endedAt(), endedBefore))
                        .sorted(NEWEST_FIRST.reversed())
                        .limit(limit)
                        .map(Job::id)
                        .toList();
        old.forEach(rows::remove);
        return old.size() == limit;
    }

    private static boolean isBefore(@Nullable Instant one, Instant other) {
        return one != null && one.isBefore(other);
    }

    private void end(JobId id, JobState how, @Nullable Reason reason) {
        rows.computeIfPresent(
                id,
                (_, row) -> {
                    var job = row.job();
                    var ended =
                            new Job(
                                    job.tenant(),
                                    job.id(),
                                    job.kind(),
                                    how,
                                    job.task(),
                                    job.position(),
                                    job.processed(),
                                    job.succeeded(),
                                    job.createdAt(),
                                    MemoryState.micros(state.clock.instant()),
                                    reason);
                    return new Row(ended, row.turn(), row.turnAt());
                });
    }

    private static Job with(
            Job job,
            JobState how,
            @Nullable String position,
            int processed,
            int succeeded,
            @Nullable Instant endedAt) {
        return new Job(
                job.tenant(),
                job.id(),
                job.kind(),
                how,
                job.task(),
                position,
                job.processed() + processed,
                job.succeeded() + succeeded,
                job.createdAt(),
                endedAt,
                job.reason());
    }

    /** Without its task, which is for who does it. */
    private static Job told(Job job) {
        ObjectNode nothing = JsonNodeFactory.instance.objectNode();
        return new Job(
                job.tenant(),
                job.id(),
                job.kind(),
                job.state(),
                nothing,
                job.position(),
                job.processed(),
                job.succeeded(),
                job.createdAt(),
                job.endedAt(),
                job.reason());
    }
}
