package io.herald.outbox;

import java.time.Instant;

/** How far delivery is behind. */
public interface LaneLag {

    /**
     * Whether every lane has consumed all that was published before the given time; false when
     * unknown.
     */
    boolean hasConsumedAllBefore(Instant time);
}
