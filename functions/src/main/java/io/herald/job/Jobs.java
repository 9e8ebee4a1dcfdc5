package io.herald.job;

import io.herald.notification.Reason;
import io.herald.notification.TenantId;
import io.herald.submission.KeptAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The jobs of every tenant. */
public interface Jobs {
    /**
     * How many jobs of a tenant may be open, so that others wait for no more than as many turns.
     */
    int MAX_OPEN = 10;

    /** What became of a job that was to be made. */
    enum Creation {
        CREATED,
        /** Its idempotency key is taken. */
        KEY_TAKEN,
        /** Another call is storing under its idempotency key, and took long. */
        KEY_BUSY,
        /** The tenant has {@link #MAX_OPEN} that are not ended. */
        TOO_MANY
    }

    /**
     * The right to do a job's next step.
     *
     * @param number which turn of the job it is; the right ends when another is given
     */
    record Turn(Job job, int number) {}

    /**
     * Makes a job, together with the answer that is kept for it: both or nothing.
     *
     * @param answer null when there is no idempotency key
     */
    Creation create(Job job, @Nullable KeptAnswer answer);

    /**
     * @return empty also for a job of another tenant
     */
    Optional<Job> find(TenantId tenant, JobId id);

    /**
     * A tenant's jobs, newest first.
     *
     * @param before only those older than this one; null for the newest
     */
    List<Job> list(TenantId tenant, @Nullable JobId before, int limit);

    /**
     * Ends a job, unless it is ended. On return nothing more of it will be done.
     *
     * @return the job as it is then; empty when the tenant has none of this id
     */
    Optional<Job> cancel(TenantId tenant, JobId id);

    /**
     * Takes the turn of the job that has waited longest for one, passing over those that another
     * caller is taking. Who takes it does one step.
     *
     * @param lease after which the turn is given to the next who asks
     */
    Optional<Turn> take(Duration lease);

    /**
     * Does a step and keeps its progress, in one transaction. The job then waits for its next turn,
     * or is done where the step was the last.
     *
     * @return false when the turn is over: another was given, or the job is ended. Nothing is done
     *     then
     */
    boolean advance(Turn turn, Step step);

    /** Ends a job that cannot go on, unless the turn is over. What it has done stays done. */
    void fail(Turn turn, Reason reason);

    /**
     * Deletes jobs that ended before a time.
     *
     * @return whether there may be more
     */
    boolean forget(Instant endedBefore, int limit);
}
