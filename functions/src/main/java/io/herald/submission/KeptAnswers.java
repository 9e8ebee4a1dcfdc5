package io.herald.submission;

import io.herald.notification.TenantId;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/** The answers that are kept under idempotency keys. */
public interface KeptAnswers {
    /** How long an answer is kept. */
    Duration KEPT = Duration.ofHours(24);

    /**
     * @return those that are kept and not older than {@link #KEPT}; one round trip
     */
    Map<IdempotencyKey, KeptAnswer> find(TenantId tenant, Collection<IdempotencyKey> keys);

    /**
     * Deletes some of those that are older.
     *
     * @return whether there may be more
     */
    boolean forgetOld(int limit);
}
