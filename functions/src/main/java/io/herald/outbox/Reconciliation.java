package io.herald.outbox;

import java.time.Instant;

/** Finds what was accepted and hangs, and gives it back to the outbox or to due work. */
public interface Reconciliation {

    /**
     * Looks once at a closed range of ids, from where the last call ended to at most {@code until},
     * in one transaction: a notification without an event, or that hangs in PENDING, gets an outbox
     * row with the sequence that released it; one in SENDING gets a due row at the end of its
     * lease. Appends nothing. Rows that are there already stay as they are.
     *
     * @return how far it is now; {@code until} when the range is finished. The same as before when
     *     another caller is at it
     */
    Progress advance(Instant until, int limit);

    /**
     * @param found how many were taken up
     */
    record Progress(Instant position, int found) {}
}
