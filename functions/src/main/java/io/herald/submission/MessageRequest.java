package io.herald.submission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.category.Category;
import io.herald.notification.Channel;
import io.herald.notification.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant asks to be told, well-formed but not yet held against its users and templates.
 *
 * @param channels 1 or more, each once; each becomes a notification
 * @param category null for the template's own
 * @param metadata an object the tenant gets back, or null
 * @param keyed the key it was asked under, or null
 */
public record MessageRequest(
        UserId user,
        List<Channel> channels,
        String template,
        ObjectNode payload,
        @Nullable Category category,
        @Nullable ObjectNode metadata,
        @Nullable KeyedRequest keyed) {
    public MessageRequest {
        channels = List.copyOf(channels);
    }

    /** The same under a key, or under none. */
    public MessageRequest withKey(@Nullable KeyedRequest other) {
        return new MessageRequest(user, channels, template, payload, category, metadata, other);
    }
}
