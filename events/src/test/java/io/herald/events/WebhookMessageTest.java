package io.herald.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookMessageTest {

    private static final String SCHEMA = "webhook-message";

    @Test
    void is_encoded_as_its_sample_shows() {
        var message =
                new WebhookMessage(
                        "order.shipped",
                        Instant.parse("2025-11-16T10:00:00.123Z"),
                        UUID.fromString("019a8f3c-5e00-7abc-8def-0123456789ab"),
                        "ada",
                        "order-shipped",
                        "Order A-17 is on its way.",
                        object().put("order", "A-17").put("total", new BigDecimal("12.50")),
                        object().put("cart", "9"));

        assertThat(new String(message.encode(), UTF_8)).isEqualTo(sample("webhook-message-1"));
    }

    @Test
    void leaves_out_what_it_does_not_have() {
        var message =
                new WebhookMessage(
                        "order.shipped",
                        Instant.parse("2025-11-16T10:00:00Z"),
                        UUID.fromString("019a8f3c-5e00-7abc-8def-0123456789ac"),
                        "ada",
                        "order-shipped",
                        null,
                        object(),
                        null);

        assertThat(new String(message.encode(), UTF_8))
                .isEqualTo(sample("webhook-message-1-minimal"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"webhook-message-1", "webhook-message-1-minimal"})
    void samples_of_every_version_follow_the_schema(String name) {
        assertThat(Schemas.violations(SCHEMA, Schemas.sample(name))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"type", "timestamp", "notificationId", "payload"})
    void the_schema_refuses_a_message_without_a_field(String field) {
        var without = sample("webhook-message-1").replace("\"" + field + "\":", "\"other\":");

        assertThat(Schemas.violations(SCHEMA, without.getBytes(UTF_8))).isNotEmpty();
    }

    private static String sample(String name) {
        return new String(Schemas.sample(name), UTF_8).strip();
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
