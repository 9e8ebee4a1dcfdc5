package io.herald.limit;

import java.time.Duration;

/**
 * What each tenant may ask for: a bucket of tokens that is full at first and fills up again evenly.
 * A notification takes one token, and so do a message that is only previewed and a call that does
 * neither.
 *
 * @param perSecond tokens that come back each second, 1 or more
 * @param burst tokens that the bucket holds, {@link #MIN_BURST} or more
 * @param withoutCount whether calls go on while nobody can count them
 */
public record RateLimit(int perSecond, int burst, WithoutCount withoutCount) {

    /** What the largest call costs; one that holds less could never let it pass. */
    public static final int MIN_BURST = 1_000;

    /** What happens to calls while the count is out of reach. */
    public enum WithoutCount {
        /** They are served, and nobody is limited. */
        OPEN,
        /** They are refused, and nobody is served. */
        CLOSED
    }

    public RateLimit {
        if (perSecond < 1 || burst < MIN_BURST) {
            throw new IllegalArgumentException(
                    "a limit of %d per second and %d at once".formatted(perSecond, burst));
        }
    }

    /** How long an empty bucket takes to be full, in whole seconds, rounded up. */
    public Duration window() {
        return Duration.ofSeconds(Math.ceilDiv(burst, perSecond));
    }
}
