package io.herald.template;

/** What a notification says. */
public sealed interface Wording {
    /** A version of a template, pinned at acceptance. */
    record OfTemplate(String key, int version) implements Wording {}

    /** Its own content, in Mustache as in a template; serves the notification's channel alone. */
    record Own(TemplateContent content) implements Wording {}
}
