package io.herald.delivery;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import java.util.List;

/** Hands many messages of one channel over, in the way its provider does it best. */
public interface HandOver {

    /**
     * Keeps the order of one user's messages, and never has two of them under way at once.
     *
     * @param deadline nothing is begun that could end after it
     * @return an outcome for each message, in their order
     */
    List<Outcome> handOver(List<Message> messages, Deadline deadline);
}
