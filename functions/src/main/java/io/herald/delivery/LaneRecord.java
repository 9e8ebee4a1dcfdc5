package io.herald.delivery;

import org.jspecify.annotations.Nullable;

/**
 * A record as it came from its lane, not yet decoded.
 *
 * @param value null for a tombstone, which is not a notification
 */
public record LaneRecord(String topic, int partition, long offset, byte @Nullable [] value) {}
