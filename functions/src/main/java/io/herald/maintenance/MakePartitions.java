package io.herald.maintenance;

import java.time.Clock;
import java.time.Duration;

/** Keeps partitions ready ahead of time, so that no acceptance ever waits for one. */
public final class MakePartitions {

    /**
     * Behind now too: a clock that was ahead when it made ids, and now is not, still finds its
     * partition.
     */
    private static final Duration BEHIND = Duration.ofDays(7);

    private static final Duration AHEAD = Duration.ofDays(28);

    private final Partitions partitions;
    private final Clock clock;

    public MakePartitions(Partitions partitions, Clock clock) {
        this.partitions = partitions;
        this.clock = clock;
    }

    /**
     * @return how many were made
     */
    public int run() {
        var now = clock.instant();
        return partitions.ensure(now.minus(BEHIND), now.plus(AHEAD));
    }
}
