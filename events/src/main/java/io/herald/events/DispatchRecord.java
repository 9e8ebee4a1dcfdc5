package io.herald.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a lane carries: all that delivery needs, except the person. Its schema is {@code
 * dispatch-record.schema.json}; fields may be added, none changes its meaning.
 *
 * @param id the notification, a UUIDv7
 * @param sequence of the event that released it; 0 at acceptance
 * @param attempt which hand-over this may become; 1 at acceptance
 * @param channel in the API's words: {@code email}, {@code webhook}, {@code inbox}
 * @param payload an object, the template's variables
 * @param metadata an object the tenant gave, or null
 * @param atMostOnce whether nothing may be handed over after a lost outcome
 * @param traceparent W3C Trace Context of the call that submitted it, or null
 */
public record DispatchRecord(
        UUID id,
        int sequence,
        int attempt,
        UUID tenant,
        String userId,
        String channel,
        String lane,
        String template,
        int templateVersion,
        JsonNode payload,
        @Nullable JsonNode metadata,
        boolean atMostOnce,
        @Nullable String traceparent) {}
