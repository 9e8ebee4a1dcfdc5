package io.herald.outbox;

import java.time.Instant;

/** Finds what was accepted and hangs, and gives it back to the outbox or to due work. */
public interface Reconciliation {

    /**
     * Looks once at a closed range of ids, from where the last call ended to at most {@code until},
     * in one transaction, and not beyond the oldest submission that still waits in the outbox: a
     * notification without an event, or that hangs in PENDING, gets an outbox row with the sequence
     * that released it and a due row for the next look; one in SENDING gets a due row at the end of
     * its lease. Appends nothing. Rows that are there already stay as they are.
     *
     * @param lookAgainAt when due work looks at what is published again
     * @param limit about how many notifications are read
     */
    Progress advance(Instant until, Instant lookAgainAt, int limit);

    /**
     * @param found how many were taken up
     * @param more whether it stopped at the limit; false also while another caller is at it
     */
    record Progress(int found, boolean more) {}
}
