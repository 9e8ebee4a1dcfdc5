package io.herald.template;

import org.jspecify.annotations.Nullable;

/** What a notification says. */
public sealed interface Wording {

    /** The template's key, or null. */
    @Nullable String template();

    /** The template's version; null without one. */
    @Nullable Integer templateVersion();

    /** What it says in place of a template, or null. */
    @Nullable TemplateContent content();

    /** A version of a template, pinned at acceptance. */
    record OfTemplate(String template, Integer templateVersion) implements Wording {
        @Override
        public @Nullable TemplateContent content() {
            return null;
        }
    }

    /** Its own content, in Mustache as in a template; serves the notification's channel alone. */
    record Own(TemplateContent content) implements Wording {
        @Override
        public @Nullable String template() {
            return null;
        }

        @Override
        public @Nullable Integer templateVersion() {
            return null;
        }
    }
}
