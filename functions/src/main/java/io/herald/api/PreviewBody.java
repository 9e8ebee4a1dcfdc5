package io.herald.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Fields;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.notification.Channel;
import io.herald.template.Renderer;
import io.herald.template.TemplateContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be shown of a template.
 *
 * @param channels which of them; null for those that the template serves
 * @param version which version; null for the newest
 * @param content in the place of what is stored, or null
 */
record PreviewBody(
        ObjectNode payload,
        @Nullable List<Channel> channels,
        @Nullable Integer version,
        @Nullable TemplateContent content) {

    /**
     * @param key of the template
     * @return null when something is wrong, which is collected
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
        var channels =
                array == null
                        ? null
                        : fields.distinctTexts(
                                array, fields.pointerOf("channels"), Formats.CHANNEL);
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
        return problems.isEmpty()
                ? new PreviewBody(
                        payload == null ? Json.object() : payload,
                        channels == null
                                ? null
                                : channels.stream()
                                        .map(text -> Channel.of(text).orElseThrow())
                                        .toList(),
                        version,
                        content)
                : null;
    }
}
