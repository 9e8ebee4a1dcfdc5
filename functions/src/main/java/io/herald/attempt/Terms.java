package io.herald.attempt;

import io.herald.notification.Channel;
import io.herald.notification.Guarantee;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt may lead to.
 *
 * @param since when sending it was begun: its acceptance, or the time it was scheduled for, or when
 *     it was taken up again by hand. Its age is counted from here
 * @param attemptsBefore how many attempts had been made by then: they do not count any more
 * @param expiresAt from when on it is not sent any more; null for never
 */
public record Terms(
        Channel channel,
        Guarantee guarantee,
        Instant since,
        int attemptsBefore,
        @Nullable Instant expiresAt) {

    /** Of one that was never taken up again. */
    public Terms(Channel channel, Guarantee guarantee, Instant since, @Nullable Instant expiresAt) {
        this(channel, guarantee, since, 0, expiresAt);
    }

    /** Which of the attempts that count it is, 1 for the first. */
    public int counted(int attempt) {
        return attempt - attemptsBefore;
    }

    /** Whether it is too late to send it. */
    public boolean isExpiredAt(Instant time) {
        return expiresAt != null && !time.isBefore(expiresAt);
    }
}
