package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Fields;
import io.herald.api.http.Format;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.notification.Channel;
import io.herald.notification.Timing;
import io.herald.notification.UserId;
import io.herald.submission.Addressee;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.KeyedRequest;
import io.herald.submission.MessageRequest;
import io.herald.submission.Words;
import io.herald.template.Renderer;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Reads a message that is to be sent. */
final class MessageBody {
    static final int MAX_PAYLOAD_BYTES = 256 * 1024;
    static final int MAX_PAYLOAD_DEPTH = 32;
    private static final int MAX_METADATA = 50;
    private static final Format METADATA_KEY = Format.length(1, 64);
    private static final Format METADATA_VALUE = Format.length(0, 512);

    static final String KEY = "idempotencyKey";

    private static final int CHANNELS = Channel.values().length;

    private final Renderer renderer;

    /**
     * @param renderer compiles what a message says itself, to see that it can be
     */
    MessageBody(Renderer renderer) {
        this.renderer = renderer;
    }

    /**
     * @param pointer where the message stands in the body
     * @param problems if it holds anything in the end, the message is not well formed
     */
    MessageRequest read(JsonNode body, String pointer, InputProblems problems) {
        var fields = Fields.of(body, pointer, problems);
        if (fields == null) {
            return new MessageRequest(
                    null,
                    new LinkedHashMap<>(),
                    null,
                    null,
                    null,
                    null,
                    Timing.AT_ONCE,
                    null,
                    false);
        }
        var addressee = addressee(fields);
        var array = fields.requiredArray("channels", 1, CHANNELS);
        var channels = fields.distinctTexts("channels", array, Formats.CHANNEL);
        var words = words(fields, problems);
        var payload = payload(fields);
        var category = fields.text("category", Formats.CATEGORY_KEY);
        var metadata = fields.textsByName("metadata", MAX_METADATA, METADATA_KEY, METADATA_VALUE);
        var timing = timing(fields);
        var keyed = keyed(fields, body);
        fields.refuseOthers();
        return new MessageRequest(
                addressee,
                Formats.channels(channels),
                words,
                payload,
                category,
                metadata,
                timing,
                keyed,
                problems.isEmpty());
    }

    /** Also one whose values are wrong: its names may be right. */
    private static @Nullable ObjectNode payload(Fields fields) {
        var right = fields.freeObject("payload", MAX_PAYLOAD_BYTES, MAX_PAYLOAD_DEPTH);
        if (right != null || !fields.has("payload")) {
            return right == null ? Json.object() : right;
        }
        return fields.node("payload") instanceof ObjectNode wrong ? wrong : null;
    }

    private static void oneOf(Fields fields, String one, String other) {
        if (fields.has(one) && fields.has(other)) {
            fields.add(other, "must be left out when " + one + " is there");
        } else if (!fields.has(one) && !fields.has(other)) {
            fields.add(one, "is required, or " + other + " in its place");
        }
    }

    private static @Nullable Addressee addressee(Fields fields) {
        var user = fields.text("userId", Formats.USER_ID);
        var to = fields.object("to");
        oneOf(fields, "userId", "to");
        var at = to == null ? null : at(to);
        if (fields.has("userId")) {
            return user == null ? null : new Addressee.OfUser(new UserId(user));
        }
        return at;
    }

    private static Addressee at(Fields to) {
        var contactPoints = new EnumMap<Channel, String>(Channel.class);
        var email = to.text("email", UserBody.EMAIL);
        if (to.has("email")) {
            // One that is wrong is told already; it is not missing as well.
            contactPoints.put(Channel.EMAIL, email == null ? "" : email);
        }
        var webhookUrl = to.text("webhookUrl", UserBody.WEBHOOK_URL);
        if (to.has("webhookUrl")) {
            contactPoints.put(Channel.WEBHOOK, webhookUrl == null ? "" : webhookUrl);
        }
        if (contactPoints.isEmpty()) {
            to.add("must have at least one of email, webhookUrl");
        }
        to.refuseOthers();
        return new Addressee.At(contactPoints);
    }

    private @Nullable Words words(Fields fields, InputProblems problems) {
        var template = fields.text("template", Formats.TEMPLATE_KEY);
        var node = fields.node("content");
        oneOf(fields, "template", "content");
        var own = node == null ? null : own(node, fields.pointerOf("content"), problems);
        if (fields.has("template")) {
            return template == null ? null : new Words.OfTemplate(template);
        }
        return own;
    }

    private @Nullable Words own(JsonNode node, String pointer, InputProblems problems) {
        var content = TemplateBody.readOwn(node, pointer, problems);
        if (content == null) {
            return null;
        }
        new TemplateCheck(renderer, pointer, problems).check(content);
        return new Words.Own(content);
    }

    private static Timing timing(Fields fields) {
        return new Timing(
                Formats.time(fields.text("scheduledFor", Formats.TIME)),
                Formats.time(fields.text("expiresAt", Formats.TIME)));
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
        return channels.isArray() ? Math.clamp(channels.size(), 1, CHANNELS) : 1;
    }
}
