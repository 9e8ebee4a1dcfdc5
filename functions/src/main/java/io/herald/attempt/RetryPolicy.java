package io.herald.attempt;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often and when an attempt is made again: exponential backoff with full jitter.
 *
 * @param maxAttempts hand-overs in all, 1 or more
 * @param base the longest wait after the first attempt; doubles with each further one
 * @param cap the longest wait there is
 */
public record RetryPolicy(int maxAttempts, Duration base, Duration cap) {

    /** Eight attempts within about a quarter of an hour. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(8, Duration.ofSeconds(2), Duration.ofMinutes(10));

    /** Whether no attempt may follow this one. */
    public boolean isLast(int attempt) {
        return attempt >= maxAttempts;
    }

    /**
     * How long to wait after an attempt.
     *
     * @param attempt 1 or more
     * @param asked what the provider asked for, which is honoured, or null
     */
    public Duration after(int attempt, @Nullable Duration asked, RandomGenerator random) {
        if (asked != null) {
            return asked;
        }
        long longest =
                Math.min(cap.toMillis(), base.toMillis() << Math.min(Math.max(attempt, 1) - 1, 20));
        return Duration.ofMillis(random.nextLong(longest + 1));
    }
}
