package io.herald.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.Reason;
import io.herald.notification.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that is being done for a tenant, and how far it is.
 *
 * @param task what it is about; only its kind knows how to read it
 * @param position where the next step begins, in words of its kind; null at the beginning
 * @param processed how many things it has taken up
 * @param succeeded to how many of them it has done what it is there for; it has passed over the
 *     others
 * @param endedAt null while there is something left to do
 * @param reason why it failed, else null
 */
public record Job(
        TenantId tenant,
        JobId id,
        JobKind kind,
        JobState state,
        ObjectNode task,
        @Nullable String position,
        long processed,
        long succeeded,
        Instant createdAt,
        @Nullable Instant endedAt,
        @Nullable Reason reason) {

    /** One that has not begun. */
    public static Job of(
            TenantId tenant, JobId id, JobKind kind, ObjectNode task, Instant createdAt) {
        return new Job(tenant, id, kind, JobState.QUEUED, task, null, 0, 0, createdAt, null, null);
    }

    public long skipped() {
        return processed - succeeded;
    }
}
