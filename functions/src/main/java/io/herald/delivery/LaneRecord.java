package io.herald.delivery;

import org.jspecify.annotations.Nullable;

/**
 * A record as it came from its lane, not yet decoded.
 *
 * @param key null for a record without one, which is none of Herald's
 * @param value null for a tombstone, which is not a notification
 */
public record LaneRecord(
        String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {}
