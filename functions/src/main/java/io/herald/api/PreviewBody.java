package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Fields;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.notification.Channel;
import io.herald.template.Renderer;
import io.herald.template.TemplateContent;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be shown of a template.
 *
 * @param payload null only when it is wrong
 * @param channels which of them, under their places in the body; null for those that the template
 *     serves, and when none can be read
 * @param version which version; null for the newest, and when it is wrong
 * @param content in the place of what is stored, or null
 */
record PreviewBody(
        @Nullable ObjectNode payload,
        @Nullable SequencedMap<Integer, Channel> channels,
        @Nullable Integer version,
        @Nullable TemplateContent content) {

    /**
     * @param key of the template
     * @return what is right of it; null when that is nothing. What is wrong is collected
     */
    static @Nullable PreviewBody read(
            JsonNode body, String key, Renderer renderer, InputProblems problems) {
        var fields = Fields.of(body, "", problems);
        if (fields == null) {
            return null;
        }
        var payload =
                fields.freeObject(
                        "payload", MessageBody.MAX_PAYLOAD_BYTES, MessageBody.MAX_PAYLOAD_DEPTH);
        var array = fields.array("channels", 1, Channel.values().length);
        var channels = Formats.channels(fields.distinctTexts("channels", array, Formats.CHANNEL));
        var version = fields.count("version");
        var node = fields.node("content");
        var content = node == null ? null : TemplateBody.read(node, "/content", key, problems);
        if (content != null) {
            new TemplateCheck(renderer, "/content", problems).check(content);
        }
        if (fields.has("version") && fields.has("content")) {
            fields.add("content", "must not be there together with version");
        }
        fields.refuseOthers();
        return new PreviewBody(
                fields.has("payload") ? payload : Json.object(),
                array == null ? null : channels,
                version,
                content);
    }
}
