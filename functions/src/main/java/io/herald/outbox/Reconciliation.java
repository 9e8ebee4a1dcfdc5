package io.herald.outbox;

import io.herald.notification.Lane;
import java.time.Instant;
import java.util.Set;

/** Finds what was accepted and hangs, and gives it to due work. */
public interface Reconciliation {

    /**
     * Looks once at a closed range of ids, from where the last call ended to at most {@code until},
     * in one transaction. How far it is, it knows of each lane by itself: takes first those of the
     * given lanes that are furthest behind, and goes not beyond their oldest submission that still
     * waits in the outbox. A notification without an event, or that hangs in PENDING, gets a due
     * row under the sequence that released it; one in SENDING gets one at the end of its lease.
     * Appends and publishes nothing. Rows that are there already stay as they are.
     *
     * @param lookAgainAt when due work looks at what is PENDING, and publishes it if it still is
     * @param limit about how many notifications are read
     */
    Progress advance(Set<Lane> lanes, Instant until, Instant lookAgainAt, int limit);

    /**
     * @param found how many were taken up
     * @param more whether it is worth going on at once; false also while another caller is at it
     */
    record Progress(int found, boolean more) {}
}
