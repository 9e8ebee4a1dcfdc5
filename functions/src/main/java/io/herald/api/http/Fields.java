package io.herald.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object. Each method returns null when the field is not there, or when
 * it is wrong; what is wrong is collected. A field that is null counts as not there.
 */
public final class Fields {
    // What an IEEE 754 double, and so nearly every reader of JSON, can tell apart from infinity.
    private static final long MAX_EXPONENT = 308;

    private final ObjectNode object;
    private final String pointer;
    private final InputProblems problems;
    private final Set<String> known = new LinkedHashSet<>();

    private Fields(ObjectNode object, String pointer, InputProblems problems) {
        this.object = object;
        this.pointer = pointer;
        this.problems = problems;
    }

    /**
     * @param pointer where the node stands in the body
     * @return null when the node is not an object, which is collected then
     */
    public static @Nullable Fields of(JsonNode node, String pointer, InputProblems problems) {
        if (node instanceof ObjectNode object) {
            return new Fields(object, pointer, problems);
        }
        problems.add(pointer, expected("an object", node));
        return null;
    }

    /** The pointer of a field or of an item. */
    public static String pointer(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** The pointer of a field of this object. */
    public String pointerOf(String name) {
        return pointer(pointer, name);
    }

    /** Whether the field is there, right or wrong. */
    public boolean has(String name) {
        return present(name) != null;
    }

    public @Nullable String text(String name, Format format) {
        var node = present(name);
        return node == null ? null : text(node, pointerOf(name), format);
    }

    public @Nullable String requiredText(String name, Format format) {
        var node = required(name);
        return node == null ? null : text(node, pointerOf(name), format);
    }

    /**
     * One of a few texts.
     *
     * @param all the texts there are
     */
    public <T> @Nullable T choice(
            String name, Function<String, Optional<T>> parser, List<String> all) {
        var expected = "must be one of " + String.join(", ", all);
        var text =
                text(
                        name,
                        Format.matching(
                                candidate -> parser.apply(candidate).isPresent(), expected));
        return text == null ? null : parser.apply(text).orElse(null);
    }

    public <T> @Nullable T requiredChoice(
            String name, Function<String, Optional<T>> parser, List<String> all) {
        return required(name) == null ? null : choice(name, parser, all);
    }

    /** True or false. */
    public @Nullable Boolean flag(String name) {
        var node = present(name);
        if (node == null || node.isBoolean()) {
            return node == null ? null : node.booleanValue();
        }
        problems.add(pointerOf(name), expected("true or false", node));
        return null;
    }

    /** A whole number from 1 on. */
    public @Nullable Integer count(String name) {
        var node = present(name);
        if (node == null || (node.isInt() && node.intValue() > 0)) {
            return node == null ? null : node.intValue();
        }
        problems.add(
                pointerOf(name),
                "must be a whole number from 1 to %d".formatted(Integer.MAX_VALUE));
        return null;
    }

    public @Nullable Integer requiredCount(String name) {
        return required(name) == null ? null : count(name);
    }

    /** The field as it is; its content is for the caller to read and to refuse. */
    public @Nullable JsonNode node(String name) {
        return present(name);
    }

    /** An object whose fields are known. */
    public @Nullable Fields object(String name) {
        var node = present(name);
        return node == null ? null : of(node, pointerOf(name), problems);
    }

    /**
     * An object that is kept as it is.
     *
     * @param maxBytes of its JSON, in UTF-8
     * @param maxDepth how deep it may be nested, 1 for an object of plain values
     */
    public @Nullable ObjectNode freeObject(String name, int maxBytes, int maxDepth) {
        var node = present(name);
        if (node == null) {
            return null;
        }
        var at = pointerOf(name);
        if (!(node instanceof ObjectNode found)) {
            problems.add(at, expected("an object", node));
            return null;
        }
        if (!isStorable(found, at, maxDepth, maxDepth)) {
            return null;
        }
        if (Json.sizeOf(found) > maxBytes) {
            problems.add(at, "must have at most %d bytes as JSON".formatted(maxBytes));
            return null;
        }
        return found;
    }

    /** An object of texts. */
    public @Nullable ObjectNode textsByName(
            String name, int maxEntries, Format keys, Format values) {
        var fields = object(name);
        if (fields == null) {
            return null;
        }
        boolean right = true;
        if (fields.object.size() > maxEntries) {
            problems.add(fields.pointer, "must have at most %d entries".formatted(maxEntries));
            right = false;
        }
        for (var entry : fields.object.properties()) {
            var at = fields.pointerOf(entry.getKey());
            var wrongKey = problemWith(entry.getKey(), keys);
            if (wrongKey.isPresent()) {
                problems.add(at, "has a wrong name: it " + wrongKey.get());
                right = false;
            }
            right &= text(entry.getValue(), at, values) != null;
        }
        return right ? fields.object : null;
    }

    public @Nullable ArrayNode array(String name, int min, int max) {
        var node = present(name);
        return node == null ? null : array(node, pointerOf(name), min, max);
    }

    public @Nullable ArrayNode requiredArray(String name, int min, int max) {
        var node = required(name);
        return node == null ? null : array(node, pointerOf(name), min, max);
    }

    /**
     * The items of an array as texts under their places in it, each once; those that are wrong are
     * left out.
     *
     * @param name of the array
     * @param array null when there is none
     */
    public SequencedMap<Integer, String> distinctTexts(
            String name, @Nullable ArrayNode array, Format format) {
        var texts = new LinkedHashMap<Integer, String>();
        if (array == null) {
            return texts;
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < array.size(); i++) {
            var at = pointerOf(name) + "/" + i;
            var text = text(array.get(i), at, format);
            if (text != null && !seen.add(text)) {
                problems.add(at, "must not be there twice");
            } else if (text != null) {
                texts.put(i, text);
            }
        }
        return texts;
    }

    /** Says that something is wrong with a field. */
    public void add(String name, String detail) {
        problems.add(pointerOf(name), detail);
    }

    /** Says that something is wrong with the object as a whole. */
    public void add(String detail) {
        problems.add(pointer, detail);
    }

    /** Collects every field that was not asked for. To be called last. */
    public void refuseOthers() {
        for (var entry : object.properties()) {
            var name = entry.getKey();
            if (!known.contains(name)) {
                problems.add(pointerOf(name), "is not a known field" + suggestionFor(name));
            }
        }
    }

    private String suggestionFor(String name) {
        return known.stream()
                .filter(candidate -> plain(candidate).equals(plain(name)))
                .findFirst()
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("");
    }

    private static String plain(String name) {
        return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    private @Nullable JsonNode present(String name) {
        known.add(name);
        var node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    private @Nullable JsonNode required(String name) {
        var node = present(name);
        if (node == null) {
            problems.add(pointerOf(name), "is required");
        }
        return node;
    }

    private @Nullable ArrayNode array(JsonNode node, String at, int min, int max) {
        if (!(node instanceof ArrayNode array)) {
            problems.add(at, expected("an array", node));
            return null;
        }
        if (array.size() < min || array.size() > max) {
            problems.add(at, "must have %d to %d items, not %d".formatted(min, max, array.size()));
            return null;
        }
        return array;
    }

    private @Nullable String text(JsonNode node, String at, Format format) {
        if (!node.isTextual()) {
            problems.add(at, expected("a string", node));
            return null;
        }
        var text = node.textValue();
        var wrong = problemWith(text, format);
        if (wrong.isPresent()) {
            problems.add(at, wrong.get());
            return null;
        }
        return text;
    }

    private static Optional<String> problemWith(String text, Format format) {
        return Texts.isStorable(text)
                ? format.problemWith(text)
                : Optional.of("must not contain NUL characters or unpaired surrogates");
    }

    private boolean isStorable(JsonNode node, String at, int depthLeft, int maxDepth) {
        return switch (node.getNodeType()) {
            case OBJECT, ARRAY -> {
                if (depthLeft == 0) {
                    problems.add(at, "must not be nested more than %d deep".formatted(maxDepth));
                    yield false;
                }
                yield areStorable(node, at, depthLeft - 1, maxDepth);
            }
            case STRING -> isStorable(node.textValue(), at);
            case NUMBER -> isInRange(node, at);
            case BOOLEAN, NULL, MISSING, BINARY, POJO -> true;
        };
    }

    private boolean areStorable(JsonNode parent, String at, int depthLeft, int maxDepth) {
        boolean all = true;
        if (parent instanceof ObjectNode fields) {
            for (var entry : fields.properties()) {
                var child = pointer(at, entry.getKey());
                all &= isStorable(entry.getKey(), child);
                all &= isStorable(entry.getValue(), child, depthLeft, maxDepth);
            }
        } else {
            for (int i = 0; i < parent.size(); i++) {
                all &= isStorable(parent.get(i), at + "/" + i, depthLeft, maxDepth);
            }
        }
        return all;
    }

    private boolean isStorable(String text, String at) {
        var wrong = problemWith(text, _ -> Optional.empty());
        wrong.ifPresent(detail -> problems.add(at, detail));
        return wrong.isEmpty();
    }

    private boolean isInRange(JsonNode number, String at) {
        if (number.isIntegralNumber() && number.canConvertToLong()) {
            return true;
        }
        var decimal = number.decimalValue();
        long exponent = (long) decimal.precision() - decimal.scale() - 1;
        if (Math.abs(exponent) > MAX_EXPONENT) {
            problems.add(at, "must be a number between 1e-308 and 1e308 in size");
            return false;
        }
        return true;
    }

    private static String expected(String what, JsonNode found) {
        var name =
                switch (found.getNodeType()) {
                    case OBJECT -> "an object";
                    case ARRAY -> "an array";
                    case STRING -> "a string";
                    case NUMBER -> "a number";
                    case BOOLEAN -> "true or false";
                    case NULL -> "null";
                    case MISSING, BINARY, POJO -> "something else";
                };
        return "must be " + what + ", not " + name;
    }
}
