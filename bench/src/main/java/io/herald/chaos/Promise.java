package io.herald.chaos;

import io.herald.notification.NotificationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A notification that was answered with 202, as its caller knows it.
 *
 * @param person who is to be told
 * @param lane which it takes
 * @param once whether its category says at most once
 * @param notBefore when it is scheduled for, as last answered; null for at once
 * @param cancelled when its cancel was answered with 200, or null
 */
record Promise(
        NotificationId id,
        String person,
        String lane,
        boolean once,
        @Nullable Instant notBefore,
        @Nullable Instant cancelled) {

    Promise scheduledFor(Instant other) {
        return new Promise(id, person, lane, once, other, cancelled);
    }

    Promise cancelledAt(Instant at) {
        return new Promise(id, person, lane, once, notBefore, at);
    }
}
