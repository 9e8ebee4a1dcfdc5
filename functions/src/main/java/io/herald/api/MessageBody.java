package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Fields;
import io.herald.api.http.Format;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.category.Category;
import io.herald.notification.Channel;
import io.herald.notification.UserId;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeyedRequest;
import io.herald.submission.MessageRequest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a message that is to be sent. */
final class MessageBody {
    private static final int MAX_PAYLOAD_BYTES = 256 * 1024;
    private static final int MAX_PAYLOAD_DEPTH = 32;
    private static final int MAX_METADATA = 50;
    private static final Format METADATA_KEY = Format.length(1, 64);
    private static final Format METADATA_VALUE = Format.length(0, 512);

    private static final String KEY = "idempotencyKey";

    private static final List<String> CHANNELS =
            Arrays.stream(Channel.values()).map(Channel::text).toList();
    private static final Format CHANNEL =
            Format.matching(CHANNELS::contains, "must be one of " + String.join(", ", CHANNELS));

    private MessageBody() {}

    /**
     * @param pointer where the message stands in the body
     * @param problems of this message alone
     * @return null when something is wrong, which is collected
     */
    static @Nullable MessageRequest read(JsonNode body, String pointer, InputProblems problems) {
        var fields = Fields.of(body, pointer, problems);
        if (fields == null) {
            return null;
        }
        var user = fields.requiredText("userId", Formats.USER_ID);
        var array = fields.requiredArray("channels", 1, CHANNELS.size());
        var channels =
                array == null
                        ? List.<String>of()
                        : fields.distinctTexts(array, fields.pointerOf("channels"), CHANNEL);
        var template = fields.requiredText("template", Formats.TEMPLATE_KEY);
        var payload = fields.freeObject("payload", MAX_PAYLOAD_BYTES, MAX_PAYLOAD_DEPTH);
        var category = fields.choice("category", Category::of, TemplateBody.CATEGORIES);
        var metadata = fields.textsByName("metadata", MAX_METADATA, METADATA_KEY, METADATA_VALUE);
        var keyed = keyed(fields, body);
        fields.refuseOthers();
        if (user == null || template == null || !problems.isEmpty()) {
            return null;
        }
        return new MessageRequest(
                new UserId(user),
                channels.stream().map(text -> Channel.of(text).orElseThrow()).toList(),
                template,
                payload == null ? Json.object() : payload,
                category,
                metadata,
                keyed);
    }

    private static @Nullable KeyedRequest keyed(Fields fields, JsonNode body) {
        var key = fields.text(KEY, IdempotencyHeader.FORMAT);
        if (key == null || !(body instanceof ObjectNode message)) {
            return null;
        }
        // The same message is the same with the key in the header.
        return IdempotencyHeader.keyed(
                IdempotencyKey.Use.MESSAGE, key, message.deepCopy().without(KEY));
    }

    /** How many notifications a message would make; for one that cannot be read, 1. */
    static int countOf(JsonNode message) {
        var channels = message.path("channels");
        return channels.isArray() ? Math.clamp(channels.size(), 1, CHANNELS.size()) : 1;
    }
}
