package io.herald.outbox;

import io.herald.notification.Lane;
import java.time.Instant;
import java.util.Set;

/** How far delivery is behind. */
@FunctionalInterface
public interface LaneLag {

    /**
     * The lanes that have consumed all that was published to them before the given time; those of
     * which it is not known are not among them.
     */
    Set<Lane> caughtUpTo(Instant time);
}
