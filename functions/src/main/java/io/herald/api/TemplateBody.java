package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.herald.api.http.Fields;
import io.herald.api.http.Format;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.category.Category;
import io.herald.template.ContentDocument;
import io.herald.template.TemplateContent;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a template says. */
final class TemplateBody {
    static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_LINE = 998;
    private static final int MAX_VARIABLES = 100;
    private static final int MAX_NAME = 128;

    // A line of a mail has at most 998 characters (RFC 5322, section 2.1.1).
    private static final Format LINE =
            Format.length(1, MAX_LINE)
                    .and(
                            Format.matching(
                                    text -> text.chars().noneMatch(Character::isISOControl),
                                    "must not contain line breaks or other control characters"));
    private static final Format TEXT = Format.length(1, MAX_BYTES);
    private static final Format EVENT_TYPE =
            Format.matching(
                    text -> text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"),
                    "must have 1 to 128 letters, digits, dots, hyphens and underscores, and begin with a letter or a digit");
    private static final Format VARIABLE = Format.length(1, MAX_NAME);

    // The event type of a webhook that names none.
    private static final String OWN_TYPE = "message";

    // Stands for a text that must be there and is wrong.
    private static final String BLANK = "-";

    private TemplateBody() {}

    /**
     * @param pointer where it stands in the body
     * @param key of the template, which is the event type of its webhook unless it names one
     * @return what is right of it, and whatever in the place of what is wrong, which is collected;
     *     null when it is no template at all
     */
    static @Nullable TemplateContent read(
            JsonNode body, String pointer, String key, InputProblems problems) {
        var fields = Fields.of(body, pointer, problems);
        if (fields == null) {
            return null;
        }
        var texts = texts(fields, key);
        var variables = fields.array("requiredVariables", 0, MAX_VARIABLES);
        var required =
                Set.copyOf(fields.distinctTexts("requiredVariables", variables, VARIABLE).values());
        var category = fields.text("category", Formats.CATEGORY_KEY);
        fields.refuseOthers();
        return checked(
                new TemplateContent(
                        texts.email(),
                        texts.webhook(),
                        texts.inbox(),
                        required,
                        category == null ? Category.TRANSACTIONAL.key() : category),
                fields);
    }

    /**
     * Reads what a message says itself: the same without variables that must be there, as the
     * payload stands beside it, and without a category.
     *
     * @return as {@link #read}
     */
    static @Nullable TemplateContent readOwn(
            JsonNode body, String pointer, InputProblems problems) {
        var fields = Fields.of(body, pointer, problems);
        if (fields == null) {
            return null;
        }
        var content = texts(fields, OWN_TYPE);
        fields.refuseOthers();
        return checked(content, fields);
    }

    private static TemplateContent texts(Fields fields, String type) {
        return new TemplateContent(
                fields.has("email") ? email(fields.object("email")) : null,
                fields.has("webhook") ? webhook(fields.object("webhook"), type) : null,
                fields.has("inbox") ? inbox(fields.object("inbox")) : null,
                Set.of(),
                Category.TRANSACTIONAL.key());
    }

    private static TemplateContent checked(TemplateContent content, Fields fields) {
        if (content.channels().isEmpty()) {
            fields.add("must have at least one of email, webhook, inbox");
        }
        // As it travels: a control character takes six bytes there.
        if (Json.sizeOf(ContentDocument.write(content)) > MAX_BYTES) {
            fields.add("must have at most %d bytes as JSON".formatted(MAX_BYTES));
        }
        return content;
    }

    private static TemplateContent.Email email(@Nullable Fields fields) {
        if (fields == null) {
            return new TemplateContent.Email(BLANK, null, null);
        }
        var subject = fields.requiredText("subject", LINE);
        var text = fields.text("text", TEXT);
        var html = fields.text("html", TEXT);
        if (!fields.has("text") && !fields.has("html")) {
            fields.add("must have a text, an html, or both");
        }
        fields.refuseOthers();
        return new TemplateContent.Email(subject == null ? BLANK : subject, text, html);
    }

    private static TemplateContent.Webhook webhook(@Nullable Fields fields, String key) {
        if (fields == null) {
            return new TemplateContent.Webhook(key, null);
        }
        var type = fields.text("type", EVENT_TYPE);
        var body = fields.text("body", TEXT);
        fields.refuseOthers();
        return new TemplateContent.Webhook(type == null ? key : type, body);
    }

    private static TemplateContent.Inbox inbox(@Nullable Fields fields) {
        if (fields == null) {
            return new TemplateContent.Inbox(BLANK, null);
        }
        var title = fields.requiredText("title", LINE);
        var body = fields.text("body", TEXT);
        fields.refuseOthers();
        return new TemplateContent.Inbox(title == null ? BLANK : title, body);
    }
}
