package io.herald.submission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.category.Category;
import io.herald.notification.Channel;
import io.herald.notification.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message as a caller asked for it: well formed, and not yet checked against what is stored.
 *
 * @param channels at least one, each once; one notification is made for each
 * @param template the key of a template
 * @param payload an object, empty when the caller sent none
 * @param category null for the template's
 * @param metadata an object of strings, or null
 */
public record MessageRequest(
        UserId user,
        List<Channel> channels,
        String template,
        ObjectNode payload,
        @Nullable Category category,
        @Nullable ObjectNode metadata) {
    public MessageRequest {
        channels = List.copyOf(channels);
    }
}
