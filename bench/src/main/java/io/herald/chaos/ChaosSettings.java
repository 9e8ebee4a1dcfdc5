package io.herald.chaos;

import java.time.Duration;

/**
 * How much is broken.
 *
 * @param kills how many times a process is killed or frozen; 0 for load alone
 * @param notifications how many are submitted, cancelled ones included; at least 1
 * @param seed of all that is chosen: whom to harm, when, and what is sent. What the machine then
 *     does with it is not repeated
 * @param limit how long load and kills may take; what is left of them then is left out
 */
public record ChaosSettings(int kills, int notifications, long seed, Duration limit) {

    // So long that what was harmed has been found to be, and something may have gone wrong.
    private static final Duration BETWEEN_KILLS = Duration.ofMillis(1_500);

    public ChaosSettings {
        if (kills < 0 || notifications < 1 || !limit.isPositive()) {
            throw new IllegalArgumentException("nothing to do");
        }
    }

    /** How long one kill has until the next. */
    Duration betweenKills() {
        return BETWEEN_KILLS;
    }
}
