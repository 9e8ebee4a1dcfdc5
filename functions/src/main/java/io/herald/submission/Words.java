package io.herald.submission;

import io.herald.template.TemplateContent;

/** What a message is asked to say. */
public sealed interface Words {
    /** What the newest version of a template says. */
    record OfTemplate(String key) implements Words {}

    /** What the message says itself; compiled already, to see that it can be. */
    record Own(TemplateContent content) implements Words {}
}
