package io.herald.adapter.postgres;

import io.herald.notification.NotificationId;
import java.util.Collection;
import java.util.Collections;
import java.util.UUID;

/**
 * The smallest and the largest of some ids. A statement that looks up many carries them as {@code
 * BETWEEN}, so that Postgres opens only the partitions between: an array of ids in a generic plan
 * tells it nothing.
 */
record IdBounds(UUID least, UUID greatest) {
    /**
     * @param ids at least one
     */
    static IdBounds of(Collection<NotificationId> ids) {
        return new IdBounds(Collections.min(ids).value(), Collections.max(ids).value());
    }
}
