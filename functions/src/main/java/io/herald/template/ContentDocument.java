package io.herald.template;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.template.TemplateContent.Email;
import io.herald.template.TemplateContent.Inbox;
import io.herald.template.TemplateContent.Webhook;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Content that belongs to one notification, as it is stored with it and travels to its lane: an
 * object with a field for each channel.
 */
public final class ContentDocument {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
                    // A newer version may have added a field.
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private ContentDocument() {}

    public static ObjectNode write(TemplateContent content) {
        var document = JsonNodeFactory.instance.objectNode();
        if (content.email() != null) {
            document.set("email", JSON.valueToTree(content.email()));
        }
        if (content.webhook() != null) {
            document.set("webhook", JSON.valueToTree(content.webhook()));
        }
        if (content.inbox() != null) {
            document.set("inbox", JSON.valueToTree(content.inbox()));
        }
        return document;
    }

    /**
     * @param category of the notification it belongs to
     * @throws IllegalArgumentException when it is not such a document
     */
    public static TemplateContent read(JsonNode document, String category) {
        return new TemplateContent(
                part(document, "email", Email.class),
                part(document, "webhook", Webhook.class),
                part(document, "inbox", Inbox.class),
                Set.of(),
                category);
    }

    private static <T> @Nullable T part(JsonNode document, String name, Class<T> type) {
        var part = document.get(name);
        return part == null ? null : JSON.convertValue(part, type);
    }
}
