package io.herald.notification;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a notification may be sent.
 *
 * @param scheduledFor not before this time; null for at once
 * @param expiresAt not at this time or later; null for never too late
 */
public record Timing(@Nullable Instant scheduledFor, @Nullable Instant expiresAt) {

    /** Sent at once, and never too late. */
    public static final Timing AT_ONCE = new Timing(null, null);

    /** Whether it is too late to send it. */
    public boolean isExpiredAt(Instant time) {
        return expiresAt != null && !time.isBefore(expiresAt);
    }

    /** The same as it stands at a time: what is not later than that is not for later. */
    public Timing seenAt(Instant now) {
        return scheduledFor == null || scheduledFor.isAfter(now)
                ? this
                : new Timing(null, expiresAt);
    }
}
