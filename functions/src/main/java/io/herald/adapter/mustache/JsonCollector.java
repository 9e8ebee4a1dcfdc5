package io.herald.adapter.mustache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows a template its payload and nothing else: it looks names up in JSON objects and runs over
 * JSON lists. jmustache's own collectors also find the methods and fields of Java objects; this one
 * knows none, so {@code {{name.bytes}}} is as empty as any name that is missing.
 */
final class JsonCollector implements Mustache.Collector {

    /**
     * What stands for a variable that is missing: its name between NULs, which no text from outside
     * holds.
     */
    static final String MARK = "\0{{name}}\0";

    private static final int BITS_OF_A_DIGIT = 3;

    // Even an empty list begins a JSON generator of its own.
    private static final int STEPS_OF_JSON = 10;

    // Beyond this many digits a number is written with its exponent.
    private static final int MAX_PLAIN_DIGITS = 40;

    /**
     * A JSON object.
     *
     * @param isPayload whether it is the payload itself, where jmustache looks last: what is not in
     *     it is nowhere
     */
    private record Scope(ObjectNode fields, boolean isPayload) {
        @Nullable Object get(String name) {
            var run = Run.current();
            run.allowance().lookUp(name);
            var value = fields.get(name);
            // A name with a dot in it is looked up whole and then in parts, so that the look-ups
            // alone do not tell; that nothing is written in its place does.
            if (isPayload && (value == null || value.isNull()) && name.indexOf('.') < 0) {
                run.missing().add(name);
            }
            return value == null ? Template.NO_FETCHER_FOUND : shown(value);
        }
    }

    /** A JSON list. */
    private record Items(ArrayNode items) implements Iterable<Object> {
        @Override
        public Iterator<Object> iterator() {
            var elements = items.elements();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return elements.hasNext();
                }

                @Override
                public Object next() {
                    Run.current().allowance().step();
                    var element = shown(elements.next());
                    // jmustache has no place for null in a list; it is written as nothing.
                    return element == null ? "" : element;
                }
            };
        }
    }

    static Object root(JsonNode payload) {
        if (payload instanceof ObjectNode fields) {
            return new Scope(fields, true);
        }
        var root = shown(payload);
        return root == null ? "" : root;
    }

    private static @Nullable Object shown(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> new Scope((ObjectNode) value, false);
            case ARRAY -> new Items((ArrayNode) value);
            case STRING -> value.textValue();
            case NUMBER -> value.isBigInteger() ? value.bigIntegerValue() : number(value);
            case BOOLEAN -> value.booleanValue();
            case BINARY, POJO, NULL, MISSING -> null;
        };
    }

    private static Object number(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        // Not-a-number and the infinities are no JSON, and no BigDecimal.
        return value.isBigDecimal() || Double.isFinite(value.doubleValue())
                ? value.decimalValue()
                : "";
    }

    /** What a variable is written as: texts as they are, all else as in JSON. */
    static CharSequence format(Object value) {
        Run.current().allowance().steps(extraStepsOf(value));
        return switch (value) {
            case String text -> isMark(text) ? nothing(text) : text;
            case BigDecimal number ->
                    Math.max(number.precision(), Math.abs((long) number.scale())) > MAX_PLAIN_DIGITS
                            ? number.toString()
                            : number.toPlainString();
            case Scope scope -> scope.fields().toString();
            case Items items -> items.items().toString();
            default -> value.toString();
        };
    }

    /** What it takes to write a value out, beyond the step that every write takes. */
    private static int extraStepsOf(Object value) {
        return switch (value) {
            case BigInteger number -> number.bitLength() / BITS_OF_A_DIGIT;
            case Scope _, Items _ -> STEPS_OF_JSON;
            default -> 0;
        };
    }

    private static boolean isMark(String text) {
        return text.length() > 2 && text.charAt(0) == 0 && text.charAt(text.length() - 1) == 0;
    }

    private static String nothing(String mark) {
        Run.current().missing().add(mark.substring(1, mark.length() - 1));
        return "";
    }

    /** What every section begins with, also one over what needs no look-up, as {@code {{#.}}}. */
    @Override
    public @Nullable Iterator<?> toIterator(Object value) {
        Run.current().allowance().step();
        return switch (value) {
            case Items items -> items.iterator();
            // What jmustache puts in the place of a section's value that is missing.
            case List<?> none when none.isEmpty() -> none.iterator();
            // As falsey as an empty list. (jmustache's own option for it formats every section's
            // value first, objects with all they hold.)
            case String text when text.isEmpty() -> Collections.emptyIterator();
            default -> null;
        };
    }

    @Override
    public Mustache.VariableFetcher createFetcher(Object context, String name) {
        return context instanceof Scope
                ? (scope, field) -> ((Scope) scope).get(field)
                // jmustache looks into all that is around a name, and each look takes its time.
                : (_, field) -> {
                    Run.current().allowance().lookUp(field);
                    return Template.NO_FETCHER_FOUND;
                };
    }

    @Override
    public <K, V> Map<K, V> createFetcherCache() {
        return new ConcurrentHashMap<>();
    }
}
