package io.herald.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.NotificationIds;
import io.herald.notification.TenantId;
import io.herald.submission.KeptAnswer;
import io.herald.submission.KeptAnswers;
import io.herald.submission.KeyedRequest;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes a job, once for an idempotency key. */
public final class StartJob {
    // Each time somebody else has just made one under the same key.
    private static final int TRIES = 5;

    private final Jobs jobs;
    private final KeptAnswers keptAnswers;
    private final NotificationIds ids;
    private final Clock clock;

    public StartJob(Jobs jobs, KeptAnswers keptAnswers, NotificationIds ids, Clock clock) {
        this.jobs = jobs;
        this.keptAnswers = keptAnswers;
        this.ids = ids;
        this.clock = clock;
    }

    /** What became of it. */
    public sealed interface Result {
        record Started(Job job) implements Result {}

        /** It was started before, under its key. */
        record Replayed(JsonNode answer) implements Result {}

        /** Its key was used for something else. */
        record KeyReused() implements Result {}

        /** Others use the same key at this moment. */
        record Busy() implements Result {}

        /** Too many of the tenant's jobs are open. */
        record TooMany() implements Result {}
    }

    /**
     * @param keyed null without an idempotency key
     * @param answer what is told of the job, to be kept under the key
     */
    public Result start(
            TenantId tenant,
            JobKind kind,
            ObjectNode task,
            @Nullable KeyedRequest keyed,
            Function<Job, JsonNode> answer) {
        for (int tries = 0; tries < TRIES; tries++) {
            if (keyed != null) {
                var before = keptAnswers.find(tenant, List.of(keyed.key())).get(keyed.key());
                if (before != null) {
                    return before.request().equals(keyed)
                            ? new Result.Replayed(before.answer())
                            : new Result.KeyReused();
                }
            }
            var job =
                    Job.of(
                            tenant,
                            new JobId(ids.consecutive(1).getFirst().value()),
                            kind,
                            task,
                            clock.instant().truncatedTo(ChronoUnit.MICROS));
            var kept = keyed == null ? null : new KeptAnswer(keyed, answer.apply(job));
            switch (jobs.create(job, kept)) {
                case CREATED -> {
                    return new Result.Started(job);
                }
                case TOO_MANY -> {
                    return new Result.TooMany();
                }
                case KEY_BUSY -> {
                    return new Result.Busy();
                }
                case KEY_TAKEN -> {}
            }
        }
        return new Result.Busy();
    }
}
