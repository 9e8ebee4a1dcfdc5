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
 * @param maxAge no attempt is made when it was begun longer ago
 */
public record RetryPolicy(int maxAttempts, Duration base, Duration cap, Duration maxAge) {

    /**
     * The longest that a provider is left alone because it asked for it. One that asks for more is
     * asked again after this, since nobody else may say when a notification is given up.
     */
    public static final Duration LONGEST_ASKED = Duration.ofHours(1);

    /**
     * Whether no attempt may follow this one.
     *
     * @param attempt 1 for the first that counts
     */
    public boolean isLast(int attempt) {
        return attempt >= maxAttempts;
    }

    /**
     * How long to wait after an attempt.
     *
     * @param attempt 1 for the first that counts
     * @param asked what the provider asked for, which is honoured up to {@link #LONGEST_ASKED}, or
     *     null
     */
    public Duration after(int attempt, @Nullable Duration asked, RandomGenerator random) {
        if (asked != null) {
            return asked.compareTo(LONGEST_ASKED) < 0 ? asked : LONGEST_ASKED;
        }
        long longest =
                Math.min(cap.toMillis(), base.toMillis() << Math.min(Math.max(attempt, 1) - 1, 20));
        return Duration.ofMillis(random.nextLong(longest + 1));
    }
}
