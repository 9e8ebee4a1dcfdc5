package io.herald.deadletter;

import static java.util.Objects.requireNonNull;

import io.herald.notification.NotificationId;
import java.util.UUID;

/**
 * Names a dead letter: that of a notification has the notification's id, that of a record one of
 * its own. Its first 48 bits are a time in milliseconds, so that both sort together: when the
 * notification was accepted, or the record kept.
 */
public record DeadLetterId(UUID value) implements Comparable<DeadLetterId> {
    public DeadLetterId {
        requireNonNull(value, "value");
    }

    /**
     * @throws IllegalArgumentException when the text is not a UUID in its canonical form
     */
    public static DeadLetterId parse(String text) {
        return new DeadLetterId(NotificationId.parse(text).value());
    }

    /** The notification, if it is one. */
    public NotificationId asNotification() {
        return new NotificationId(value);
    }

    @Override
    public int compareTo(DeadLetterId other) {
        return asNotification().compareTo(other.asNotification());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
