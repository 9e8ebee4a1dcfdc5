package io.herald.chaos;

import io.herald.notification.NotificationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A hand-over that a provider took, by its own record, whether or not its answer arrived.
 *
 * @param position in the provider's record: what it took first, comes first
 * @param attempt which it said it was; null where it does not say, as a webhook
 * @param key the idempotency key it came with
 */
record Taking(
        NotificationId notification,
        long position,
        @Nullable Integer attempt,
        String key,
        Instant at) {}
