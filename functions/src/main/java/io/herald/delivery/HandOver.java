package io.herald.delivery;

import io.herald.attempt.Outcome;
import io.herald.concurrent.Deadline;
import java.util.List;

/** Hands many messages of one channel over, in the way its provider does it best. */
public interface HandOver {

    /**
     * Keeps the order of one user's messages, and never has two of them under way at once. Renders
     * each just before its provider gets it, and has only so many of them rendered as are being
     * handed over.
     *
     * @param deadline nothing is begun that could end after it, rendering included
     * @return an outcome for each draft, in their order
     */
    List<Outcome> handOver(List<Draft> drafts, Deadline deadline);
}
