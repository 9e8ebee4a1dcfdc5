package io.herald.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.herald.events.DispatchRecords;
import io.herald.notification.TenantId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record that could not be decoded. Topic, partition and offset tell it from any other.
 *
 * @param key null for a record without one
 * @param cause one sentence
 */
public record UndecodableRecord(
        String topic,
        int partition,
        long offset,
        byte @Nullable [] key,
        byte[] value,
        String cause,
        Instant at) {

    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    /** The tenant that its key names, who may not exist. */
    public Optional<TenantId> tenant() {
        return DispatchRecords.tenantOf(key).map(TenantId::new);
    }

    /**
     * Made of its time and of where it lay (a UUIDv8: RFC 9562, section 5.8), so that whoever meets
     * it at that time gives it the same.
     */
    public DeadLetterId id() {
        var hash =
                ByteBuffer.wrap(sha256((topic + "/" + partition + "/" + offset).getBytes(UTF_8)));
        long high = at.toEpochMilli() << 16 | VERSION_8 | (hash.getShort() & 0xfff);
        return new DeadLetterId(new UUID(high, VARIANT | hash.getLong() >>> 2));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
