package io.herald.job;

import static java.util.Objects.requireNonNull;

import io.herald.notification.NotificationId;
import java.util.UUID;

/** Names a job. A UUIDv7, so that the newest sort last. */
public record JobId(UUID value) {
    public JobId {
        requireNonNull(value, "value");
    }

    /**
     * @throws IllegalArgumentException when the text is not a UUID in its canonical form
     */
    public static JobId parse(String text) {
        return new JobId(NotificationId.parse(text).value());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
