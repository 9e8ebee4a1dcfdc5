package io.herald.submission;

import io.herald.notification.Channel;
import io.herald.notification.Status;
import io.herald.notification.UserId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which of a tenant's notifications a list shows: those to which all of it applies. Null applies to
 * every one.
 *
 * @param status where it stands now
 * @param createdAfter accepted at this time or later, to the millisecond
 * @param createdBefore accepted before this time, to the millisecond
 */
public record NotificationFilter(
        @Nullable UserId user,
        @Nullable Status status,
        @Nullable Channel channel,
        @Nullable String template,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore) {

    /** How much time a list of a common status may span where it is not of one user. */
    public static final Duration LONGEST_OF_A_COMMON_STATUS = Duration.ofDays(1);

    /** All of a user's notifications. */
    public static NotificationFilter ofUser(UserId user) {
        return new NotificationFilter(user, null, null, null, null, null);
    }

    /**
     * Whether few enough may stand between two that are shown. Of a common status, that is so
     * within what one user gets or one day holds; a rare one is found wherever it is.
     */
    public boolean isNarrowEnough() {
        if (status == null || status.isRare() || user != null) {
            return true;
        }
        return createdAfter != null
                && createdBefore != null
                && Duration.between(createdAfter, createdBefore)
                                .compareTo(LONGEST_OF_A_COMMON_STATUS)
                        <= 0;
    }
}
