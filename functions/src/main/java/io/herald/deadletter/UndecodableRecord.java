package io.herald.deadletter;

import java.time.Instant;

/**
 * A Kafka record that could not be decoded. Topic, partition and offset are its key.
 *
 * @param cause one sentence
 */
public record UndecodableRecord(
        String topic, int partition, long offset, byte[] value, String cause, Instant at) {}
