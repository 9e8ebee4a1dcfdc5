package io.herald.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an environment whose wall clock is wrong from what goes by time: it would release schedules
 * early, take live leases for lapsed, let messages expire and forget idempotency keys, and none of
 * that can be taken back. What it leaves is done by another environment, or by itself when its
 * clock is right again.
 *
 * <p>The clock is held against the store's now and then, and at once when it has moved by another
 * amount than the monotonic clock, as one does that jumps.
 */
public final class ClockCheck {

    /** How far the two may be apart: far above what synchronized clocks differ by. */
    static final Duration TOLERANCE = Duration.ofSeconds(5);

    /** How long an answer holds. */
    static final Duration HOLDS = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ClockCheck.class);

    private final StoreClock store;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private volatile @Nullable Look last;

    private record Look(boolean right, Instant at, long nanoTime) {}

    /**
     * @param clock the one in doubt
     * @param nanoTime the monotonic clock
     */
    public ClockCheck(StoreClock store, Clock clock, LongSupplier nanoTime) {
        this.store = store;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** The same task, which does nothing while the clock is wrong. */
    public TickLoop.Task before(TickLoop.Task task) {
        return new TickLoop.Task(
                task.name(), () -> isRight() && task.step().getAsBoolean(), task.every());
    }

    boolean isRight() {
        var look = last;
        if (look == null || isOutdated(look)) {
            look = look();
            last = look;
        }
        return look.right();
    }

    private boolean isOutdated(Look look) {
        var passed = Duration.ofNanos(nanoTime.getAsLong() - look.nanoTime());
        var byTheWall = Duration.between(look.at(), clock.instant());
        return passed.compareTo(HOLDS) >= 0
                || byTheWall.minus(passed).abs().compareTo(TOLERANCE) > 0;
    }

    private Look look() {
        var before = clock.instant();
        var there = store.instant();
        var after = clock.instant();
        // The answer was given at some moment between the two, however long it took.
        boolean right =
                !there.isBefore(before.minus(TOLERANCE)) && !there.isAfter(after.plus(TOLERANCE));
        if (!right) {
            LOG.error(
                    "the clock of this environment says {} and that of the store {}: until they agree,"
                            + " what goes by time is left to others",
                    after,
                    there);
        }
        return new Look(right, after, nanoTime.getAsLong());
    }
}
