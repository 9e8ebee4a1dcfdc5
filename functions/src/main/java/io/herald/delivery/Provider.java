package io.herald.delivery;

import io.herald.attempt.Outcome;
import java.time.Duration;

/** Hands one message at a time over to the outside world. Safe for use by several threads. */
public interface Provider<M extends Message> {

    /**
     * Hands over, once; never tries again by itself.
     *
     * @param timeout the longest this may take, all in all; at least a millisecond
     * @return what became of it. Throws only for faults of our own, which leaves the outcome
     *     unknown
     */
    Outcome handOver(M message, Duration timeout);
}
