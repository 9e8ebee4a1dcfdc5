package io.herald.outbox;

import io.herald.notification.Lane;
import java.time.Duration;
import java.util.Set;

/** Which lanes have more before them than they deliver within seconds: said by the relay. */
public interface Congestion {

    /** The lanes of which it was said and still holds. */
    Set<Lane> congested();

    /**
     * Says it of some lanes, for so long; of others what was said before still holds.
     *
     * @param lasting whole milliseconds
     */
    void report(Set<Lane> lanes, Duration lasting);
}
