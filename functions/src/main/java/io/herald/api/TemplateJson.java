package io.herald.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.Json;
import io.herald.notification.Channel;
import io.herald.template.RenderedMessage;
import io.herald.template.Template;
import io.herald.template.TemplateSummary;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is answered of templates. */
final class TemplateJson {
    private TemplateJson() {}

    static ObjectNode of(Template template) {
        var content = template.content();
        var json = Json.object().put("key", template.key()).put("version", template.version());
        var email = content.email();
        json.set(
                "email", email == null ? null : email(email.subject(), email.text(), email.html()));
        var webhook = content.webhook();
        json.set("webhook", webhook == null ? null : webhook(webhook.type(), webhook.body()));
        var inbox = content.inbox();
        json.set("inbox", inbox == null ? null : inbox(inbox.title(), inbox.body()));
        addVariables(json, content.requiredVariables());
        return json.put("category", content.category())
                .put("createdAt", template.createdAt().toString());
    }

    static ObjectNode of(TemplateSummary summary) {
        var json = Json.object().put("key", summary.key()).put("version", summary.version());
        var channels = json.putArray("channels");
        summary.channels().stream().sorted().map(Channel::text).forEach(channels::add);
        addVariables(json, summary.requiredVariables());
        return json.put("category", summary.category())
                .put("createdAt", summary.createdAt().toString());
    }

    /** Each channel's message, and null for a channel that has none. */
    static ObjectNode of(Map<Channel, RenderedMessage> messages) {
        var json = Json.object();
        for (var channel : Channel.values()) {
            var message = messages.get(channel);
            json.set(channel.text(), message == null ? null : of(message));
        }
        return json;
    }

    private static ObjectNode of(RenderedMessage message) {
        return switch (message) {
            case RenderedMessage.Email(var subject, var text, var html) ->
                    email(subject, text, html);
            case RenderedMessage.Webhook(var type, var body) -> webhook(type, body);
            case RenderedMessage.Inbox(var title, var body) -> inbox(title, body);
        };
    }

    private static ObjectNode email(String subject, @Nullable String text, @Nullable String html) {
        return Json.object().put("subject", subject).put("text", text).put("html", html);
    }

    private static ObjectNode webhook(String type, @Nullable String body) {
        return Json.object().put("type", type).put("body", body);
    }

    private static ObjectNode inbox(String title, @Nullable String body) {
        return Json.object().put("title", title).put("body", body);
    }

    private static void addVariables(ObjectNode json, Set<String> names) {
        var variables = json.putArray("requiredVariables");
        names.stream().sorted().forEach(variables::add);
    }
}
