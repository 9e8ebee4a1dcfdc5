package io.herald.notification;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event and what must become true together with it, all in one transaction or not at all.
 *
 * @param tenant the owner of the notification
 * @param event appended if its sequence is still free; if it is not, nothing of this happens
 * @param dueAt when due work is to look at the notification again, in a row keyed by this event's
 *     sequence; null for never
 * @param consumes the sequence of the due row that this event settles, which is deleted; null for
 *     none
 * @param release whether an outbox row sends it to its lane again, naming this event's sequence
 */
public record Transition(
        TenantId tenant,
        Event event,
        @Nullable Instant dueAt,
        @Nullable Integer consumes,
        boolean release) {

    /** An event with no consequence. */
    public static Transition of(TenantId tenant, Event event) {
        return new Transition(tenant, event, null, null, false);
    }
}
