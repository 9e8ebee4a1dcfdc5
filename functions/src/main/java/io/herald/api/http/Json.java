package io.herald.api.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** JSON texts and trees. Reading is strict (RFC 8259, with I-JSON's rule of unique names). */
public final class Json {
    /** Deeper nesting is refused as malformed; what may be nested has lower limits of its own. */
    public static final int MAX_DEPTH = 100;

    private static final int MAX_NUMBER_LENGTH = 1_000;
    private static final int MAX_NAME_LENGTH = 1_000;
    private static final int MAX_MESSAGE_LENGTH = 300;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(MAX_NUMBER_LENGTH)
                                                    .maxNameLength(MAX_NAME_LENGTH)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    // A payload's 0.10 must not become 0.1, nor a long number lose its end.
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    // Jackson's messages name its own settings and where its source is; callers know neither.
    private static final Pattern SOURCE = Pattern.compile("\\[Source: .*?; (line: \\d+, .*?)]");
    private static final Pattern SETTING =
            Pattern.compile(
                    "(, from `[^`]*`)"
                            + "|( for `?ObjectNode`?.*)"
                            + "|( \\(bound as .*)"
                            + "|((: not allowed as per| when) `?DeserializationFeature.*)",
                    Pattern.DOTALL);

    private Json() {}

    /** A text that is not JSON, or not the JSON that is taken here. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        private MalformedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** An empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * @throws MalformedException with what is wrong, and the line and column where that was seen
     */
    public static JsonNode read(String text) throws MalformedException {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(text);
        } catch (JacksonException e) {
            var location = e.getLocation();
            var where =
                    location == null
                            ? ""
                            : "Line %d, column %d: "
                                    .formatted(location.getLineNr(), location.getColumnNr());
            throw new MalformedException(where + plain(e.getOriginalMessage()), e);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new MalformedException("A number is out of range.", e);
        }
        if (tree.isMissingNode()) {
            throw new MalformedException("There is nothing in it.", new IllegalArgumentException());
        }
        return tree;
    }

    /** Never fails: what cannot be said in UTF-8 is for the encoder of the text to replace. */
    public static String write(JsonNode tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can always be written", e);
        }
    }

    /** How long the tree is as JSON, in bytes of UTF-8. */
    public static int sizeOf(JsonNode tree) {
        return write(tree).getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * How long the tree is in UTF-8 when its JSON stands in a string of JSON, as in what a function
     * answers to API Gateway.
     */
    public static int escapedLengthOf(JsonNode tree) {
        var text = write(tree);
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"' || character == '\\') {
                length++;
            }
        }
        return length;
    }

    private static String plain(String message) {
        var plain = SETTING.matcher(SOURCE.matcher(message).replaceAll("$1")).replaceAll("");
        return plain.length() <= MAX_MESSAGE_LENGTH
                ? plain
                : plain.substring(0, MAX_MESSAGE_LENGTH) + "...";
    }
}
