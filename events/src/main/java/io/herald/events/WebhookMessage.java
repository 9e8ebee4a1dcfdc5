package io.herald.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a webhook's receiver gets, in the shape that the Standard Webhooks specification recommends
 * ("Payload structure"); its schema is {@code webhook-message.schema.json}. Fields may be added.
 *
 * @param type the event type the template gives, such as {@code order.shipped}
 * @param timestamp when the notification was accepted, the same for every attempt
 * @param notificationId also the {@code webhook-id} header, by which a receiver knows a repetition
 * @param userId the tenant's name for the person, or null
 * @param template the key of the template, or null
 * @param body the rendered text, or null
 * @param payload the object the notification was submitted with
 * @param metadata an object the tenant gave, or null
 */
public record WebhookMessage(
        String type,
        Instant timestamp,
        UUID notificationId,
        @Nullable String userId,
        @Nullable String template,
        @Nullable String body,
        JsonNode payload,
        @Nullable JsonNode metadata) {

    /**
     * The body of the request, in UTF-8: equal messages give equal bytes.
     *
     * @throws IllegalArgumentException when the payload or the metadata is nested too deeply
     */
    public byte[] encode() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("type", type);
        // As RFC 3339 has it, in UTC.
        json.put("timestamp", timestamp.toString());
        var data = json.putObject("data");
        data.put("notificationId", notificationId.toString());
        if (userId != null) {
            data.put("userId", userId);
        }
        if (template != null) {
            data.put("template", template);
        }
        if (body != null) {
            data.put("body", body);
        }
        data.set("payload", payload);
        if (metadata != null) {
            data.set("metadata", metadata);
        }
        return DispatchRecords.bytes(json);
    }
}
