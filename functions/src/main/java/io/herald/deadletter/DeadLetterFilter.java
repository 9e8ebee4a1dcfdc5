package io.herald.deadletter;

import io.herald.notification.Channel;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which of a tenant's dead letters are meant: those to which all of it applies. Null applies to
 * every one. A record has neither channel nor template.
 *
 * @param cause the code of the reason why it failed, or {@link DeadLetter#UNDECODABLE}
 * @param createdAfter accepted, or kept as a record, at this time or later, to the millisecond
 * @param createdBefore accepted, or kept as a record, before this time, to the millisecond
 */
public record DeadLetterFilter(
        @Nullable String cause,
        @Nullable Channel channel,
        @Nullable String template,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore) {

    /** Applies to every one. */
    public static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null, null);

    /** Whether records may be among those it applies to. */
    public boolean mayShowRecords() {
        return channel == null
                && template == null
                && (cause == null || cause.equals(DeadLetter.UNDECODABLE));
    }
}
