package io.herald.delivery;

import io.herald.attempt.Outcome;
import java.time.Duration;
import java.util.List;

/** A provider that also takes many messages in one call. Safe for use by several threads. */
public interface BulkProvider<M extends Message> extends Provider<M> {

    /**
     * What goes into one call.
     *
     * @param messages 1 or more
     * @param bytes as {@link #sizeOf} counts them; one message alone may have more
     */
    record Capacity(int messages, int bytes) {}

    Capacity capacity();

    /** About how many bytes a message adds to a call. */
    int sizeOf(M message);

    /**
     * Hands them over in one call; never tries again by itself.
     *
     * @param messages at least one, and no more than fit
     * @param timeout the longest this may take, all in all; at least a millisecond
     * @return what became of each, in their order. Throws only for faults of our own, which leaves
     *     the outcomes unknown
     */
    List<Outcome> handOver(List<M> messages, Duration timeout);
}
