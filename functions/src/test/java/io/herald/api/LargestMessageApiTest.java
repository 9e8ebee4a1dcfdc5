package io.herald.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.adapter.kafka.KafkaTopics;
import io.herald.events.DispatchRecords;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted at the limits of all its parts can be published. */
final class LargestMessageApiTest {
    private static final int LIMIT = 256 * 1024;

    // What the producer counts beside key and value: 61 bytes of a batch and 21 of a record, and
    // more than that.
    private static final int KAFKA_OVERHEAD = 1_024;

    private final World world = new World();

    /** One to six bytes for each of the characters that limits count. */
    @ParameterizedTest
    @ValueSource(
            strings = {"x", "\"", "\\", "\n", "\u0001", "\u007f", "é", "€", "😀", "\u0001\"€😀x"})
    void fits_into_a_record_whatever_its_texts_are_made_of(String unit) {
        for (var channel : new String[] {"email", "webhook", "inbox"}) {
            var message = message(channel, unit);

            var answer = send(message);

            assertThat(answer.status()).as(answer.text()).isEqualTo(202);
            var record = world.stores.notifications.getLast().asFirstRecord();
            var bytes = DispatchRecords.encode(record);
            assertThat(bytes.length + DispatchRecords.key(record).length + KAFKA_OVERHEAD)
                    .as("the bytes of a record with %s", channel)
                    .isBetween(2 * LIMIT, KafkaTopics.MAX_RECORD_BYTES);
        }
    }

    @Test
    void a_control_character_counts_as_often_as_it_has_bytes_where_it_travels() {
        var message = World.JSON.createObjectNode().put("userId", "ada");
        world.hasUser(world.tenant, "ada");
        message.putArray("channels").add("inbox");
        var inbox = message.putObject("content").putObject("inbox").put("title", "x");

        // Some are left for the names around it.
        inbox.put("body", "\u0001".repeat(LIMIT / 6 - 10));
        assertThat(send(message).status()).isEqualTo(202);
        inbox.put("body", "\u0001".repeat(LIMIT / 6));
        assertThat(send(message).wrong()).containsExactly("/content");
        assertThat(
                        world.put("/v1/templates/large")
                                .json(message.path("content").toString())
                                .answer()
                                .wrong())
                .containsExactly("");
    }

    private World.Answer send(ObjectNode message) {
        return world.post("/v1/notifications").json(message.toString()).answer();
    }

    private ObjectNode message(String channel, String unit) {
        var user = unit.chars().anyMatch(Character::isISOControl) ? "€" : unit;
        var userId = filled(128, user);
        world.hasUser(world.tenant, userId);
        var message = World.JSON.createObjectNode().put("userId", userId);
        message.putArray("channels").add(channel);
        message.set("content", largest(count -> content(channel, unit.repeat(count))));
        message.set(
                "payload",
                largest(count -> World.JSON.createObjectNode().put("x", unit.repeat(count))));
        var metadata = message.putObject("metadata");
        for (int i = 0; i < 50; i++) {
            metadata.put(i + filled(64 - 2, unit), filled(512, unit));
        }
        return message;
    }

    private static ObjectNode content(String channel, String text) {
        var content = World.JSON.createObjectNode();
        switch (channel) {
            case "email" -> content.putObject("email").put("subject", "x").put("html", text);
            case "webhook" -> content.putObject("webhook").put("type", "message").put("body", text);
            default -> content.putObject("inbox").put("title", "x").put("body", text);
        }
        return content;
    }

    /** The largest there is within the limit, with one unit at least. */
    private static JsonNode largest(IntFunction<ObjectNode> document) {
        int fits = 1;
        int doesNot = LIMIT;
        while (doesNot - fits > 1) {
            int middle = (fits + doesNot) / 2;
            if (document.apply(middle).toString().getBytes(UTF_8).length <= LIMIT) {
                fits = middle;
            } else {
                doesNot = middle;
            }
        }
        return document.apply(fits);
    }

    private static String filled(int length, String unit) {
        return unit.repeat(length / unit.length());
    }
}
