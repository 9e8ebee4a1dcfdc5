package io.herald.concurrent;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A moment on a monotonic clock, which no change of the wall clock moves. */
public final class Deadline {
    private final LongSupplier nanoTime;
    private final long end;

    private Deadline(LongSupplier nanoTime, long end) {
        this.nanoTime = nanoTime;
        this.end = end;
    }

    /**
     * @param nanoTime as {@link System#nanoTime()} gives it
     */
    public static Deadline in(Duration duration, LongSupplier nanoTime) {
        return new Deadline(nanoTime, nanoTime.getAsLong() + duration.toNanos());
    }

    /** What is left; zero when it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong()));
    }

    public boolean hasPassed() {
        return end - nanoTime.getAsLong() <= 0;
    }

    /** Whether what takes that long would end in time. */
    public boolean leaves(Duration duration) {
        return remaining().compareTo(duration) >= 0;
    }
}
