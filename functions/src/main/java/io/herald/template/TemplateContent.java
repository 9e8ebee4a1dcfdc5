package io.herald.template;

import io.herald.notification.Channel;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a template says on each channel, in Mustache. A channel that is null is not served by it.
 *
 * @param requiredVariables names that a payload must have, at its top level
 * @param category the category of notifications that name none
 */
public record TemplateContent(
        @Nullable Email email,
        @Nullable Webhook webhook,
        @Nullable Inbox inbox,
        Set<String> requiredVariables,
        String category) {

    public TemplateContent {
        requiredVariables = Set.copyOf(requiredVariables);
    }

    /**
     * @param text the plain text part; null when there is only HTML
     * @param html the HTML part, whose variables are escaped; null when there is only text
     */
    public record Email(String subject, @Nullable String text, @Nullable String html) {}

    /**
     * @param type the event type the receiver sees, such as {@code order.shipped}; not rendered
     * @param body plain text for the receiver beside the payload, or null
     */
    public record Webhook(String type, @Nullable String body) {}

    /**
     * @param body plain text, or null
     */
    public record Inbox(String title, @Nullable String body) {}

    /** What it says on one of its channels. */
    public TemplateContent only(Channel channel) {
        return switch (channel) {
            case EMAIL -> new TemplateContent(email, null, null, Set.of(), category);
            case WEBHOOK -> new TemplateContent(null, webhook, null, Set.of(), category);
            case INBOX -> new TemplateContent(null, null, inbox, Set.of(), category);
        };
    }

    /** The channels it serves. */
    public Set<Channel> channels() {
        var channels = EnumSet.noneOf(Channel.class);
        if (email != null) {
            channels.add(Channel.EMAIL);
        }
        if (webhook != null) {
            channels.add(Channel.WEBHOOK);
        }
        if (inbox != null) {
            channels.add(Channel.INBOX);
        }
        return channels;
    }
}
