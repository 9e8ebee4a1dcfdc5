package io.herald.audience;

import io.herald.notification.Channel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a user is reached: what accepting and delivering ask of one, for many users at once, and so
 * without what a tenant may have written down at any length.
 *
 * @param email an address, or null
 * @param webhookUrl an absolute http or https URL, or null
 * @param version of the user that has them
 */
public record ContactPoints(@Nullable String email, @Nullable String webhookUrl, long version) {

    /** Whether the channel has somewhere to go. The inbox is ours, so it always has. */
    public boolean isReachableBy(Channel channel) {
        return switch (channel) {
            case EMAIL -> email != null;
            case WEBHOOK -> webhookUrl != null;
            case INBOX -> true;
        };
    }

    /** What the contact point of a channel is called in the API. */
    public static String nameOf(Channel channel) {
        return switch (channel) {
            case EMAIL -> "email";
            case WEBHOOK -> "webhookUrl";
            case INBOX -> channel.text().toLowerCase(Locale.ROOT);
        };
    }
}
