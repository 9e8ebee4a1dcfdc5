package io.herald.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a lane carries: all that delivery needs, except the person. Its schema is {@code
 * dispatch-record.schema.json}; fields may be added, none changes its meaning.
 *
 * @param id the notification, a UUIDv7
 * @param sequence of the event that released it; 0 at acceptance
 * @param attempt which hand-over this may become; 1 at acceptance
 * @param userId the tenant's own name for the person; null when {@code to} says where it goes
 * @param channel in the API's words: {@code email}, {@code webhook}, {@code inbox}
 * @param template the key; null when {@code content} says what it says
 * @param templateVersion 1 or more, or null with the template
 * @param payload an object, the template's variables
 * @param metadata an object the tenant gave, or null
 * @param atMostOnce whether nothing may be handed over after a lost outcome
 * @param traceparent W3C Trace Context of the call that submitted it, or null
 * @param to the contact point, in place of a user's
 * @param content an object: what the channel's template would say, in place of one
 * @param expiresAt from when on it is not to be handed over any more, to the microsecond; null for
 *     never
 * @param since when sending it was begun, where that was not its acceptance, to the microsecond:
 *     its age is counted from here; else null
 * @param attemptsBefore how many attempts had been made by then: they do not count any more
 * @param relayed whether it was not published by the call that submitted it, but later, and so may
 *     come behind what was submitted after it
 */
public record DispatchRecord(
        UUID id,
        int sequence,
        int attempt,
        UUID tenant,
        @Nullable String userId,
        String channel,
        String lane,
        @Nullable String template,
        @Nullable Integer templateVersion,
        JsonNode payload,
        @Nullable JsonNode metadata,
        boolean atMostOnce,
        @Nullable String traceparent,
        @Nullable String to,
        @Nullable JsonNode content,
        @Nullable Instant expiresAt,
        @Nullable Instant since,
        int attemptsBefore,
        boolean relayed) {

    /** One that was not relayed. */
    public DispatchRecord(
            UUID id,
            int sequence,
            int attempt,
            UUID tenant,
            @Nullable String userId,
            String channel,
            String lane,
            @Nullable String template,
            @Nullable Integer templateVersion,
            JsonNode payload,
            @Nullable JsonNode metadata,
            boolean atMostOnce,
            @Nullable String traceparent,
            @Nullable String to,
            @Nullable JsonNode content,
            @Nullable Instant expiresAt,
            @Nullable Instant since,
            int attemptsBefore) {
        this(
                id,
                sequence,
                attempt,
                tenant,
                userId,
                channel,
                lane,
                template,
                templateVersion,
                payload,
                metadata,
                atMostOnce,
                traceparent,
                to,
                content,
                expiresAt,
                since,
                attemptsBefore,
                false);
    }

    /** The same, relayed. */
    public DispatchRecord asRelayed() {
        return new DispatchRecord(
                id,
                sequence,
                attempt,
                tenant,
                userId,
                channel,
                lane,
                template,
                templateVersion,
                payload,
                metadata,
                atMostOnce,
                traceparent,
                to,
                content,
                expiresAt,
                since,
                attemptsBefore,
                true);
    }
}
