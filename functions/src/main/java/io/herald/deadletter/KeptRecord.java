package io.herald.deadletter;

import java.time.Instant;

/**
 * A record that could not be decoded, as it is kept.
 *
 * @param size of its value, in bytes
 * @param cause one sentence
 * @param at when it was kept
 */
public record KeptRecord(
        DeadLetterId id,
        String topic,
        int partition,
        long offset,
        int size,
        String cause,
        Instant at) {}
