package io.herald.notification;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.UUID;

/**
 * Names one message for one user on one channel. A UUIDv7 (RFC 9562, section 5.7): its first 48
 * bits are the millisecond of acceptance, so ids sort by time and choose the partition.
 */
public record NotificationId(UUID value) implements Comparable<NotificationId> {
    public NotificationId {
        requireNonNull(value, "value");
    }

    /**
     * Reads what {@link #toString} writes, in upper or in lower case (RFC 9562, section 4). A UUID
     * of another version is read as well, as the name of nothing that there is.
     *
     * @throws IllegalArgumentException when the text is not a UUID in its canonical form
     */
    public static NotificationId parse(String text) {
        var id = UUID.fromString(text);
        // UUID.fromString also takes shortened groups, which would give one id several names.
        if (!id.toString().equalsIgnoreCase(text)) {
            throw new IllegalArgumentException("not a UUID: " + text);
        }
        return new NotificationId(id);
    }

    /**
     * The smallest id that can be made at the given time; a bound for ranges, not an id.
     *
     * @param time any up to the year 10000; before 1970 there are no ids
     */
    public static UUID lowerBound(Instant time) {
        return new UUID(Math.max(0, time.toEpochMilli()) << 16, 0L);
    }

    /** When the notification was accepted, to the millisecond. */
    public Instant acceptedAt() {
        return Instant.ofEpochMilli(value.getMostSignificantBits() >>> 16);
    }

    /** In the order of Postgres' uuid type, which is unsigned. */
    @Override
    public int compareTo(NotificationId other) {
        int high =
                Long.compareUnsigned(
                        value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(
                        value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
