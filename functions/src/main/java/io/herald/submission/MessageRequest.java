package io.herald.submission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.Channel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant asks to be told, well-formed but not yet held against its users and templates.
 *
 * @param channels 1 or more, each once; each becomes a notification
 * @param category the key of one; null for that of what it says
 * @param metadata an object the tenant gets back, or null
 * @param keyed the key it was asked under, or null
 */
public record MessageRequest(
        Addressee addressee,
        List<Channel> channels,
        Words words,
        ObjectNode payload,
        @Nullable String category,
        @Nullable ObjectNode metadata,
        @Nullable KeyedRequest keyed) {
    public MessageRequest {
        channels = List.copyOf(channels);
    }

    /** The same under a key, or under none. */
    public MessageRequest withKey(@Nullable KeyedRequest other) {
        return new MessageRequest(addressee, channels, words, payload, category, metadata, other);
    }
}
