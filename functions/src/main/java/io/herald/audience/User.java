package io.herald.audience;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.Channel;
import io.herald.notification.UserId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A person who receives.
 *
 * @param email an address, or null
 * @param webhookUrl an absolute http or https URL, or null
 * @param locale a BCP 47 language tag, or null
 * @param timezone an IANA time zone, or null
 * @param attributes the tenant's own, an object
 * @param version 1 when made, and 1 more with each change
 */
public record User(
        UserId id,
        @Nullable String email,
        @Nullable String webhookUrl,
        @Nullable String locale,
        @Nullable String timezone,
        ObjectNode attributes,
        int version,
        Instant createdAt,
        Instant updatedAt) {

    /** Whether the channel has somewhere to go. The inbox is ours, so it always has. */
    public boolean isReachableBy(Channel channel) {
        return switch (channel) {
            case EMAIL -> email != null;
            case WEBHOOK -> webhookUrl != null;
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
