package io.herald.adapter.postgres;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** JSON documents as text for Postgres, and back. */
final class Json {
    // The API takes numbers of a thousand characters. They may be written with a few more: a point,
    // a sign, zeros in place of a small exponent.
    private static final int LONGEST_NUMBER = 1_100;

    static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNumberLength(LONGEST_NUMBER)
                                                    .build())
                                    .build())
                    // A double would change what the tenant wrote.
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    // A newer version may have added a field.
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private static final String ESCAPED_NUL = "\\u0000";

    private Json() {}

    /** For a column of type json, which keeps the text as it is. */
    static String write(JsonNode document) {
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static @Nullable String writeNullable(@Nullable JsonNode document) {
        return document == null ? null : write(document);
    }

    /**
     * For a column of type jsonb, or one that is compared as such: its strings cannot hold the NUL
     * character, which is left out.
     */
    static String writeForJsonb(JsonNode document) {
        String text = write(document);
        return text.contains(ESCAPED_NUL) ? write(withoutNul(document)) : text;
    }

    static ObjectNode readObject(String text) {
        return (ObjectNode) read(text);
    }

    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ArrayNode readArray(String text) {
        try {
            return (ArrayNode) MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static @Nullable ObjectNode readNullableObject(@Nullable String text) {
        return text == null ? null : readObject(text);
    }

    private static JsonNode withoutNul(JsonNode document) {
        return switch (document) {
            case TextNode text -> TextNode.valueOf(text.textValue().replace("\0", ""));
            case ArrayNode array -> {
                var cleaned = MAPPER.createArrayNode();
                array.forEach(element -> cleaned.add(withoutNul(element)));
                yield cleaned;
            }
            case ObjectNode object -> {
                var cleaned = MAPPER.createObjectNode();
                object.properties()
                        .forEach(field ->
                                cleaned.set(
                                        field.getKey().replace("\0", ""),
                                        withoutNul(field.getValue())));
                yield cleaned;
            }
            default -> document;
        };
    }
}
