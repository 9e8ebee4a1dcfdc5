package io.herald.outbox;

import io.herald.notification.Lane;
import java.util.Map;

/** How much each lane has before it. */
@FunctionalInterface
public interface Backlogs {

    /**
     * Of one lane.
     *
     * @param waiting records that are published and not delivered yet
     * @param delivered records that were, since the lane was made
     */
    record Backlog(long waiting, long delivered) {}

    /** Those of which it is known. */
    Map<Lane, Backlog> backlogs();
}
