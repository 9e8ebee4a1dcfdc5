package io.herald.audience;

import io.herald.notification.Channel;
import io.herald.notification.UserId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A person who receives.
 *
 * @param version grows with each change, and never comes again, also not after the user was deleted
 *     and made anew
 */
public record User(
        UserId id, UserDetails details, long version, Instant createdAt, Instant updatedAt) {

    /** Comes before the version of every user. */
    public static final long NO_VERSION = 0;

    /** An address, or null. */
    public @Nullable String email() {
        return details.email();
    }

    /** An absolute http or https URL, or null. */
    public @Nullable String webhookUrl() {
        return details.webhookUrl();
    }

    /** Whether the channel has somewhere to go. The inbox is ours, so it always has. */
    public boolean isReachableBy(Channel channel) {
        return switch (channel) {
            case EMAIL -> email() != null;
            case WEBHOOK -> webhookUrl() != null;
            case INBOX -> true;
        };
    }

    /** What the contact point of a channel is called in the API, for messages about its absence. */
    public static String contactPointOf(Channel channel) {
        return switch (channel) {
            case EMAIL -> "email";
            case WEBHOOK -> "webhookUrl";
            case INBOX -> channel.text().toLowerCase(Locale.ROOT);
        };
    }
}
