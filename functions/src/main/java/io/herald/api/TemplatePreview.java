package io.herald.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.api.http.InputProblems;
import io.herald.api.http.Json;
import io.herald.notification.Channel;
import io.herald.template.RenderedMessage;
import io.herald.template.Renderer;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Renders a template to be looked at. */
final class TemplatePreview {
    // As for a page: an answer is escaped twice on its way out, and its limit is 6 MB.
    private static final int MAX_ESCAPED_LENGTH = 3_000_000;

    private final Renderer renderer;
    private final InputProblems problems;

    TemplatePreview(Renderer renderer, InputProblems problems) {
        this.renderer = renderer;
        this.problems = problems;
    }

    /**
     * @param channels those of {@link #channelsOf}
     * @param content what is rendered
     * @param version of what is rendered; null when it is not stored
     * @throws io.herald.api.http.ProblemException 422 when it cannot be rendered, or when something
     *     was wrong before
     */
    ObjectNode of(
            PreviewBody asked,
            List<Channel> channels,
            TemplateContent content,
            @Nullable Integer version) {
        var messages = new EnumMap<Channel, RenderedMessage>(Channel.class);
        var missing = new TreeSet<String>();
        var payload = asked.payload();
        if (payload == null || problems.concern("/content")) {
            problems.refuse();
            throw new IllegalStateException("what is not there was not refused");
        }
        content.requiredVariables().stream()
                .filter(name -> !payload.hasNonNull(name))
                .forEach(missing::add);
        for (var channel : channels) {
            try {
                var preview = renderer.preview(content, channel, payload);
                messages.put(channel, preview.message());
                missing.addAll(preview.missing());
            } catch (TemplateException e) {
                problems.add("/payload", "does not fit: " + e.getMessage());
            }
        }
        problems.refuse();
        var answer = Json.object().put("version", version);
        answer.setAll(TemplateJson.of(messages));
        var names = answer.putArray("missing");
        for (var name : missing) {
            names.addObject()
                    .put("name", name)
                    .put("required", content.requiredVariables().contains(name));
        }
        if (Json.escapedLengthOf(answer) > MAX_ESCAPED_LENGTH) {
            problems.add("/payload", "makes a preview that is too long; ask for fewer channels");
            problems.refuse();
        }
        return answer;
    }

    /** Those that are to be rendered; collects those that the template does not serve. */
    List<Channel> channelsOf(PreviewBody asked, TemplateContent content) {
        if (asked.channels() == null) {
            return content.channels().stream().sorted().toList();
        }
        var served = new ArrayList<Channel>();
        asked.channels()
                .forEach((place, channel) -> {
                    if (content.channels().contains(channel)) {
                        served.add(channel);
                    } else {
                        problems.add(
                                "/channels/" + place,
                                "the template has no content for " + channel.text());
                    }
                });
        return served;
    }
}
