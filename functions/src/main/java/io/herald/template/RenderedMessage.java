package io.herald.template;

import org.jspecify.annotations.Nullable;

/** What a template and a payload became, for one channel. */
public sealed interface RenderedMessage {
    /** At least one of text and html is there. The subject holds no line break. */
    record Email(String subject, @Nullable String text, @Nullable String html)
            implements RenderedMessage {}

    record Webhook(String type, @Nullable String body) implements RenderedMessage {}

    record Inbox(String title, @Nullable String body) implements RenderedMessage {}
}
