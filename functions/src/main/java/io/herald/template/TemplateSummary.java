package io.herald.template;

import io.herald.notification.Channel;
import java.time.Instant;
import java.util.Set;

/**
 * A version of a template without its texts.
 *
 * @param channels those it serves
 * @param requiredVariables names that a payload must have
 * @param createdAt when this version was made
 */
public record TemplateSummary(
        String key,
        int version,
        Set<Channel> channels,
        Set<String> requiredVariables,
        String category,
        Instant createdAt) {
    public TemplateSummary {
        channels = Set.copyOf(channels);
        requiredVariables = Set.copyOf(requiredVariables);
    }
}
