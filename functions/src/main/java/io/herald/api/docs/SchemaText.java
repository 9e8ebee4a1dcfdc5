package io.herald.api.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A schema in words, as HTML. */
final class SchemaText {
    private SchemaText() {}

    /** Where a page describes a schema. */
    static String anchorOf(String name) {
        return "schema-" + name;
    }

    /** What kind of value it is, such as "array of Channel". */
    static String type(JsonNode schema) {
        var type = notNull(schema);
        return schema.path("nullable").asBoolean() ? type + " or null" : type;
    }

    private static String notNull(JsonNode schema) {
        if (schema.has("$ref")) {
            var name = nameOf(schema);
            return Html.link("#" + anchorOf(name), Html.escape(name));
        }
        if (schema.has("allOf")) {
            return schema.path("allOf")
                    .valueStream()
                    .map(SchemaText::notNull)
                    .collect(Collectors.joining(" and "));
        }
        var type = schema.path("type").asText("anything");
        if (type.equals("array")) {
            return "array of " + type(schema.path("items"));
        }
        var format = schema.path("format");
        return format.isTextual()
                ? Html.escape(type + " (" + format.asText() + ")")
                : Html.escape(type);
    }

    /** The last part of its reference. */
    static String nameOf(JsonNode reference) {
        var text = reference.path("$ref").asText();
        return text.substring(text.lastIndexOf('/') + 1);
    }

    /** What it says, and what it asks for beyond its type: HTML, of one paragraph or of several. */
    static String description(JsonNode schema) {
        var text = schema.path("description").asText("");
        var rules = rules(schema);
        return (text.isEmpty() ? "" : Markdown.blocks(text))
                + (rules.isEmpty() ? "" : "<p class=\"quiet\">" + rules + "</p>");
    }

    private static String rules(JsonNode schema) {
        var rules = new ArrayList<String>();
        if (schema.has("enum")) {
            rules.add("One of " + codes(schema.path("enum")));
        }
        range(rules, schema, "minLength", "maxLength", "characters");
        range(rules, schema, "minItems", "maxItems", "items");
        range(rules, schema, "minProperties", "maxProperties", "entries");
        range(rules, schema, "minimum", "maximum", "");
        if (schema.has("pattern")) {
            rules.add("Matches " + Html.code(schema.path("pattern").asText()));
        }
        if (schema.path("uniqueItems").asBoolean()) {
            rules.add("None twice");
        }
        if (schema.has("default")) {
            rules.add("Default " + Html.code(schema.path("default").asText()));
        }
        if (schema.has("example") && schema.path("example").isValueNode()) {
            rules.add("Example " + Html.code(schema.path("example").asText()));
        }
        return rules.isEmpty() ? "" : String.join(". ", rules) + ".";
    }

    private static void range(
            List<String> rules, JsonNode schema, String min, String max, String unit) {
        var from = schema.path(min).asText("");
        var to = schema.path(max).asText("");
        if (from.isEmpty() && to.isEmpty()) {
            return;
        }
        var bounds =
                from.isEmpty()
                        ? "At most " + to
                        : to.isEmpty() ? "At least " + from : "From " + from + " to " + to;
        rules.add(Html.escape((bounds + " " + unit).strip()));
    }

    private static String codes(JsonNode values) {
        return values.valueStream()
                .map(value -> Html.code(value.asText()))
                .collect(Collectors.joining(", "));
    }
}
