package io.herald.deadletter;

import java.util.List;

/** What Herald gave up on, kept with its cause. */
public interface DeadLetters {

    /**
     * Keeps records, in one transaction; one that is kept already, from an earlier delivery, stays.
     */
    void keep(List<UndecodableRecord> records);
}
