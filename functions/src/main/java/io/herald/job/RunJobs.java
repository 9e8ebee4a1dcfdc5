package io.herald.job;

import io.herald.fault.Faults;
import io.herald.notification.Reason;
import io.herald.notification.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the jobs of all tenants, a step of each in turn. Who dies on the way has done a step or has
 * not: another goes on when the turn is over.
 */
public final class RunJobs {

    private static final Logger LOG = LoggerFactory.getLogger(RunJobs.class);

    /** How long jobs are kept after they have ended. */
    static final Duration KEPT = Duration.ofDays(30);

    private static final int FORGOTTEN_AT_ONCE = 1_000;

    private final Jobs jobs;
    private final Map<JobKind, JobWork> work;
    private final Clock clock;
    private final Duration lease;

    /**
     * @param work of every kind
     * @param lease how long one step may take before another caller takes it for lost
     */
    public RunJobs(Jobs jobs, Map<JobKind, JobWork> work, Clock clock, Duration lease) {
        this.jobs = jobs;
        this.work = Map.copyOf(work);
        this.clock = clock;
        this.lease = lease;
    }

    /**
     * Does one step of one job.
     *
     * @return false: there may be more to do, and it is not to be done at once. What jobs release
     *     is relayed beside all else, so it is given at a pace that the relay keeps up with
     */
    public boolean step() {
        jobs.take(lease).ifPresent(this::take);
        return false;
    }

    private void take(Jobs.Turn turn) {
        var job = turn.job();
        try {
            var next = Objects.requireNonNull(work.get(job.kind())).next(job);
            jobs.advance(turn, next);
        } catch (StoreUnavailableException e) {
            // An outage is nothing of the job's; its turn comes again.
            throw e;
        } catch (RuntimeException e) {
            LOG.error("job {} failed: {}", job.id(), Faults.trace(e));
            jobs.fail(
                    turn,
                    new Reason(
                            "internal_error",
                            "Herald failed while it was at it; what it had done stays done."));
        }
    }

    /** Forgets some of the jobs that ended long ago; whether there may be more. */
    public boolean forget() {
        return jobs.forget(clock.instant().minus(KEPT), FORGOTTEN_AT_ONCE);
    }
}
