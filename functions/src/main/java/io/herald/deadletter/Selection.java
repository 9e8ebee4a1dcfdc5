package io.herald.deadletter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.notification.Channel;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which dead letters a job is about. */
public sealed interface Selection {

    /** These, in their order. */
    record Ids(List<DeadLetterId> ids) implements Selection {
        public Ids {
            ids = List.copyOf(ids);
        }
    }

    /** Those to which it applies. */
    record Matching(DeadLetterFilter filter) implements Selection {}

    /** As a job keeps it, with the names of the API. */
    default ObjectNode write() {
        var json = JsonNodeFactory.instance.objectNode();
        switch (this) {
            case Ids(var ids) -> {
                var array = json.putArray("ids");
                ids.forEach(id -> array.add(id.toString()));
            }
            case Matching(var filter) when filter.equals(DeadLetterFilter.ALL) ->
                    json.put("all", true);
            case Matching(var filter) -> {
                var channel = filter.channel();
                var fields = json.putObject("filter");
                put(fields, "cause", filter.cause());
                put(fields, "channel", channel == null ? null : channel.text());
                put(fields, "template", filter.template());
                put(fields, "createdAfter", filter.createdAfter());
                put(fields, "createdBefore", filter.createdBefore());
            }
        }
        return json;
    }

    /**
     * @param json as {@link #write} makes it
     */
    static Selection read(JsonNode json) {
        if (json.has("ids")) {
            return new Ids(
                    json.path("ids")
                            .valueStream()
                            .map(id -> DeadLetterId.parse(id.textValue()))
                            .toList());
        }
        var filter = json.path("filter");
        var channel = text(filter, "channel");
        return new Matching(
                new DeadLetterFilter(
                        text(filter, "cause"),
                        channel == null ? null : Channel.of(channel).orElseThrow(),
                        text(filter, "template"),
                        instant(filter, "createdAfter"),
                        instant(filter, "createdBefore")));
    }

    private static void put(ObjectNode json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.has(name) ? json.path(name).textValue() : null;
    }

    private static @Nullable Instant instant(JsonNode json, String name) {
        var text = text(json, name);
        return text == null ? null : Instant.parse(text);
    }
}
