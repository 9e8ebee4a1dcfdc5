package io.herald.adapter.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.template.TemplateContent;
import java.io.UncheckedIOException;
import java.util.Set;

/** How the content of a template is kept. */
final class TemplateContentJson {
    private TemplateContentJson() {}

    static String write(TemplateContent content) {
        ObjectNode document = Json.MAPPER.valueToTree(content);
        // A set has no order, but two arrays are the same only in the same order.
        var names = document.putArray("requiredVariables");
        content.requiredVariables().stream().sorted().forEach(names::add);
        return Json.writeForJsonb(document);
    }

    /** A list of names. */
    static Set<String> readNames(String text) {
        try {
            return Set.of(Json.MAPPER.readValue(text, String[].class));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TemplateContent read(String text) {
        try {
            return Json.MAPPER.readValue(text, TemplateContent.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
